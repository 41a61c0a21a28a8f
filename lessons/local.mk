# SPDX-License-Identifier: MIT
# The shipped lessons, installed below $(pkgdatadir) with their folders. tests/listed.sh fails when
# one is not named here.

nobase_dist_pkgdata_DATA = \
	lessons/index \
	lessons/fifo/eof-spin.lesson \
	lessons/fifo/open.lesson \
	lessons/fifo/readers.lesson \
	lessons/fifo/sandbox.lesson \
	lessons/fifo/server.lesson \
	lessons/fifo/umask.lesson \
	lessons/fifo/unrelated.lesson \
	lessons/pipe/atomic.lesson \
	lessons/pipe/capacity.lesson \
	lessons/pipe/deadlock.lesson \
	lessons/pipe/empty.lesson \
	lessons/pipe/eof.lesson \
	lessons/pipe/first.lesson \
	lessons/pipe/full.lesson \
	lessons/pipe/leaked-end.lesson \
	lessons/pipe/ls-wc.lesson \
	lessons/pipe/nonblock.lesson \
	lessons/pipe/packet.lesson \
	lessons/pipe/partial.lesson \
	lessons/pipe/pass.lesson \
	lessons/pipe/sandbox.lesson \
	lessons/pipe/siblings.lesson \
	lessons/pipe/sigpipe.lesson \
	lessons/pipe/slots.lesson \
	lessons/pipe/stdio.lesson \
	lessons/signal/default.lesson \
	lessons/signal/sandbox.lesson \
	lessons/sysv/ipcs.lesson \
	lessons/sysv/sandbox.lesson
