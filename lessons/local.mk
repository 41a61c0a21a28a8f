# SPDX-License-Identifier: MIT
# The shipped lessons, installed below $(pkgdatadir) with their folders. tests/listed.sh fails when
# one is not named here.

nobase_dist_pkgdata_DATA =
