/* SPDX-License-Identifier: MIT */
/* Every form of the lesson language, as it is printed: each text is a whole lesson. */
#ifndef TESTS_SCRIPT_CORPUS_H
#define TESTS_SCRIPT_CORPUS_H

static const char *const corpus[] = {
	/* The example of the language's description, without its blank lines. */
	"lesson  A full pipe blocks its writer\n"
	"see     pipe(7) write(2)\n"
	"\n"
	"parent  p = pipe()\n"
	"parent  fork writer\n"
	"parent  close(p.w)                 = 0\n"
	"writer  close(p.r)                 = 0\n"
	"say     Nobody reads. The writer fills the pipe to its last slot.\n"
	"writer  write(p.w, 64K)            = 64K\n"
	"expect  p.bytes == 64K, p.slots == 16\n"
	"writer  write(p.w, 1)              ...\n"
	"expect  writer blocked in write\n"
	"ask     The reader takes 4095 bytes. Does the writer wake?\n"
	"        * no, not one slot is free yet\n"
	"        - yes, there is room\n"
	"parent  read(p.r, 4095)            = 4095\n"
	"expect  writer blocked\n"
	"parent  read(p.r, 1)               = 1\n"
	"writer  ... write                  = 1\n"
	"say     A slot is freed only when its last byte is read.\n"
	"parent  close(p.r)                 = 0\n"
	"writer  write(p.w, 1)              = -1 EPIPE\n"
	"writer  +++ killed by SIGPIPE +++\n",

	/* Header, translations, answers in two languages. */
	"lesson  Title: with # and \"quotes\"\n"
	"lesson[zh_CN] 写满的管道会阻塞写入者\n"
	"lesson[pt_BR] Um cano cheio\n"
	"about   What it is about.\n"
	"about[zh_CN] 关于什么。\n"
	"see     pipe(7) ld.so(8) posix_spawn(3p) systemd-nspawn(1)\n"
	"needs   root mqueue linux-5.10\n"
	"\n"
	"say     [3, 4] are the numbers\n"
	"say[zh_CN] 没有人读。\n"
	"note    for the speaker\n"
	"note[de] für die Vortragende\n"
	"ask     Which?\n"
	"        - one\n"
	"        * two\n"
	"        * three\n"
	"ask[zh_CN] 哪一个？\n"
	"        - 一\n"
	"        * 二\n"
	"        * 三\n"
	"ask[de] Welche?\n"
	"claim   18 false: the buffer is 4k: no\n"
	"claim[zh_CN] 缓冲区是 4k\n"
	"claim   1 true: yes\n"
	"claim   2147483647 partly: well\n",

	/* Processes. */
	"spawn   other\n"
	"spawn   shell = sh -c 'ls | wc -l' # \"no comment\"\n"
	"parent  fork a_rather_long_name\n"
	"a_rather_long_name close(3)        = 0\n"
	"a_rather_long_name a_longer_name = a_call_with_a_name(1, 2, 3) = 5\n"
	"parent  exec cat -\n"
	"writer  repeat write(p.w, 1)\n"
	"writer  repeat write(p.w, 1) every 10ms\n"
	"writer  repeat write(p.w, 1) 100 times\n"
	"writer  repeat write(p.w, 4K) every 1500us 3 times\n"
	"writer  stop\n"
	"writer  --- SIGUSR1 ---\n"
	"writer  --- SIGRTMIN+2 ---\n"
	"writer  --- SIGRTMAX-1 ---\n"
	"writer  +++ exited with 0 +++\n"
	"writer  +++ killed by SIGRTMIN + 3 +++\n"
	"writer  +++ killed by SIGPIPE +++\n"
	"within  0s\n"
	"within  500ms\n"
	"within  2s\n"
	"within  3min\n"
	"within  7us\n"
	"within  123456789ns\n",

	/* Another lesson's steps; another host. */
	"use     pipe/two\n"
	"use     with-pipe\n"
	"host    server\n"
	"delay   50ms\n"
	"loss    10\n"
	"server  s = socket(AF_INET, SOCK_STREAM)\n",

	/* Braces among arguments; anything in lists. */
	"parent  semop(s, {0, -1})          = 0\n"
	"parent  semop(s, {0, -1, SEM_UNDO|IPC_NOWAIT}, {1, n + 1}) ...\n"
	"parent  f({1}, {\"}\", p.r}, \"{\")    = 0 {F_WRLCK, 0, 10}\n"
	"parent  l = fcntl(fd, F_SETLKW, {F_WRLCK, 0, 10}) = 0 {\"127.0.0.1\", 4711}\n"
	"parent  read(p.r, 1)               = 1 \"x\" [?]\n"
	"parent  p = pipe()                 = [?, ?]\n"
	"parent  r()                        = 0 [?, -1, ?] A\n",

	/* Words that are names where they mean nothing else. */
	"parent  fork()                     = 0\n"
	"parent  stop = exec(in, by, with)\n"
	"parent  killed = exited()\n"
	"parent  times = every()            = killed\n"
	"expect  p.exited == 1, in blocked in stop, times.with[every] == continued\n",

	/* Values. */
	"parent  f(0, 10, 64K, 2M, 1G, 0K)  = 9223372036854775807\n"
	"parent  f(0x0, 0xff, 0644, 00, 07) = 0x7fffffffffffffff\n"
	"parent  f(-1, -p.r, -A, 1 - -1)    = -5\n"
	"parent  f(A|B|0x10|p.r + 1 - 2)    = A|B\n"
	"parent  f(\"\")                      = \"x\"\n"
	"parent  f(\"a\\\"b\\\\c\\a\\b\\t\\n\\v\\f\\r\")\n"
	"parent  f(\"\\x00\\x01\\x7f\\xff\\x800\", \"中文 é\")\n"
	"parent  f(\"\\u202e\\u200b\")\n",

	/* Results. */
	"parent  r()                        = ?\n"
	"parent  r()                        = >0\n"
	"parent  r()                        = >=-1\n"
	"parent  r()                        = <4K\n"
	"parent  r()                        = <=p.r\n"
	"parent  r()                        = !=0\n"
	"parent  r()                        = ==7\n"
	"parent  r()                        = -1\n"
	"parent  r()                        = -1 EAGAIN\n"
	"parent  r()                        = -1 EAGAIN|EINTR\n"
	"parent  r()                        = -2 ENAME\n"
	"parent  r()                        = -1 [5] ENAME\n"
	"parent  r()                        = [3, 4]\n"
	"parent  p = pipe()                 = [3, 4]\n"
	"parent  r()                        = 5 \"hello\"\n"
	"parent  r()                        = 300 \"b\"*100 \"c\"*200\n"
	"parent  r()                        = 3 \"a\" \"b\" \"c\" ...\n"
	"parent  r()                        = 4K \"a\"*96 ...\n"
	"parent  r()                        = 1 \"x\" [5]\n"
	"parent  r()                        = 1 \"x\" ... [5, fd + 1]\n"
	"parent  r()                        = 0 [5]\n"
	"parent  r()                        = 1 POLLIN|POLLHUP\n"
	"parent  r()                        = 1 POLLIN|0x2000\n"
	"parent  r()                        = 1 0x2000\n"
	"parent  r()                        = 0 {st_mode=S_IFIFO|0644, st_size=0}\n"
	"parent  r()                        = 0 {}\n"
	"parent  r()                        = 0 [1] A {b}\n"
	"parent  w = wait()                 = writer exited with 0\n"
	"parent  wait()                     = 1234 killed by SIGPIPE\n"
	"parent  wait()                     = writer stopped by SIGSTOP\n"
	"parent  wait()                     = writer continued\n"
	"parent  fd = open(\"f\", O_RDONLY)   ...\n"
	"parent  ... open                   = 3\n"
	"parent  ... pause                  = -1 EINTR\n"
	"parent  ... wait                   = writer exited with 3\n"
	"parent  ... read\n"
	"parent  an_arbitrarily_long_call(\"of arguments\", 1, 2, 3) = 5\n",

	/* Facts. */
	"expect  p.bytes == 64K\n"
	"expect  p.bytes != 1, p.bytes < 2, p.bytes <= 3, p.bytes > 4, p.bytes >= 5\n"
	"expect  s.value[0] == 1, s.value[n - 1] == -1\n"
	"expect  writer.state == blocked, m.text == \"a\\nb\", p.r == q.w\n"
	"expect  writer blocked, writer blocked in write, writer ready, writer running\n"
	"expect  writer stopped, writer ended, writer zombie\n"
	"expect  writer exited with 0, writer killed by SIGPIPE, writer stopped by SIGSTOP\n"
	"expect  writer continued\n",

	/* Long texts. Among answers no line begins with a mark that is not one. */
	"say     This text is longer than a line may be, so that it goes on in the\n"
	"        second, * and - and # at the begin of a line mean nothing there,\n"
	"        wherever the line ends, # as this\n"
	"ask     In a question however a line must not go on with what is an answer,\n"
	"        for it - one with a mark - would then be one; it is not so that there\n"
	"        is * one to be seen? Or is it?\n"
	"        * the same holds for an answer, that is not to be cut in two of them -\n"
	"          only because of its length, is it\n"
	"        - yes\n"
	"claim   3 partly: everything that is said in a claim may be rather long as\n"
	"        well, as this one shows by example\n"
	"say     two  spaces   stay, wherever they stand, even where a line would be\n"
	"        broken  for  they  would  be  one  when  read  again,  which  they  must  not  be.\n",
};

#endif
