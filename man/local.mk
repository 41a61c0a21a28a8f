# SPDX-License-Identifier: MIT
# The manual pages. tests/listed.sh fails when one is not named here.

dist_man_MANS =
