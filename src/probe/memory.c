/* SPDX-License-Identifier: MIT */
/* Readers of another process's memory: its map, its pages, its bytes. */
#include "probe/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/memory.h"
#include "probe/procfs.h"
#include "probe/scan.h"

/* "rw-s" */
static bool take_protection(struct scan *r, struct mapping *out)
{
	static const struct { char letter; int bit; } bits[] = {
		{ 'r', PROT_READ }, { 'w', PROT_WRITE }, { 'x', PROT_EXEC },
	};

	if (r->end - r->s < 4)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (r->s[i] == bits[i].letter)
			out->protection |= bits[i].bit;
		else if (r->s[i] != '-')
			return false;
	}
	out->shared = r->s[3] == 's' || r->s[3] == 'S';
	r->s += 4;
	return out->shared || r->s[-1] == 'p';
}

/* "7fa70dc9d000-7fa70dc9f000 rw-s 00000000 00:01 2850824          /SYSV00000000 (deleted)" */
bool mapping_parse(const char *line, size_t length, struct mapping *out)
{
	struct scan r = { line, line + length };
	size_t n;

	*out = (struct mapping){ 0 };
	if (!scan_number(&r, 16, UINT64_MAX, &out->start) || !scan_text(&r, "-") ||
	    !scan_number(&r, 16, UINT64_MAX, &out->end) || out->end <= out->start ||
	    !scan_text(&r, " ") || !take_protection(&r, out) || !scan_text(&r, " ") ||
	    !scan_number(&r, 16, UINT64_MAX, &out->offset) || !scan_text(&r, " ") ||
	    !scan_device(&r, &out->device) || !scan_text(&r, " ") ||
	    !scan_number(&r, 10, UINT64_MAX, &out->inode))
		return false;
	if (r.s < r.end && *r.s != ' ')
		return false;
	while (r.s < r.end && *r.s == ' ')
		r.s++; /* a name begins with "/" or "[": blanks within stay */
	n = (size_t)(r.end - r.s);
	if (n >= sizeof out->name)
		n = sizeof out->name - 1;
	memcpy(out->name, r.s, n);
	return true;
}

bool mapping_is_shared(const struct mapping *m, const void *unused)
{
	(void)unused;
	return m->shared;
}

bool mapping_holds(const struct mapping *m, const void *address)
{
	const uint64_t *a = address;

	return *a >= m->start && *a < m->end;
}

void mappings_parse(const char *text, size_t length, mapping_wanted *wanted, const void *arg,
		    struct mappings *out)
{
	struct scan r = { text, text + length }, line;

	out->count = 0;
	while (scan_line(&r, &line)) {
		struct mapping m;

		if (!mapping_parse(line.s, (size_t)(line.end - line.s), &m) ||
		    (wanted && !wanted(&m, arg)))
			continue;
		out->list = memory_grow(out->list, &out->room, out->count + 1, sizeof *out->list);
		out->list[out->count++] = m;
	}
}

int mappings_read(int procdir, mapping_wanted *wanted, const void *arg, struct mappings *out)
{
	struct text text = { 0 };
	int error = procfs_read_text(procdir, "maps", &text);

	mappings_parse(text_string(&text), text.length, wanted, arg, out);
	text_free(&text);
	return error;
}

void mappings_free(struct mappings *m)
{
	free(m->list);
	*m = (struct mappings){ 0 };
}

const struct mapping *mappings_find(const struct mappings *m, uint64_t address)
{
	for (size_t i = 0; i < m->count; i++)
		if (mapping_holds(&m->list[i], &address))
			return &m->list[i];
	return NULL;
}

static bool named_as_segment(const struct mapping *m)
{
	struct scan r = { m->name, m->name + strlen(m->name) };
	uint64_t key;

	return scan_text(&r, "/SYSV") && r.end - r.s >= 8 &&
	       scan_number(&(struct scan){ r.s, r.s + 8 }, 16, UINT32_MAX, &key) &&
	       (r.s += 8, r.s == r.end || scan_text(&r, " (deleted)"));
}

bool mapping_same_object(const struct mapping *a, const struct mapping *b)
{
	return (a->device || a->inode) && a->device == b->device && a->inode == b->inode &&
	       named_as_segment(a) == named_as_segment(b);
}

/* The device of the kernel's own tmpfs, where segments and memfds live, asked with an empty
 * memfd: 4 us. */
static bool kernels_device(uint64_t *device)
{
	int fd = memfd_create("", MFD_CLOEXEC);
	struct stat st;
	bool known = fd >= 0 && fstat(fd, &st) == 0;

	if (known)
		*device = st.st_dev;
	if (fd >= 0)
		close(fd);
	return known;
}

bool mapping_is_segment(const struct mapping *m, int *id)
{
	uint64_t device;

	if (!m->shared || m->inode > INT32_MAX || !named_as_segment(m) ||
	    !kernels_device(&device) || m->device != device)
		return false;
	*id = (int)m->inode;
	return true;
}

struct page page_parse(uint64_t entry)
{
	return (struct page){
		.present = entry >> 63 & 1,
		.swapped = entry >> 62 & 1,
		.shared = entry >> 61 & 1,
		.exclusive = entry >> 56 & 1,
	};
}

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

ssize_t pages_read(int procdir, uint64_t address, size_t count, struct page *out)
{
	uint64_t entries[64];
	off_t place = (off_t)(address / page_size() * sizeof *entries);
	int fd = openat(procdir, "pagemap", O_RDONLY | O_CLOEXEC);
	size_t done = 0;
	ssize_t n = 0;
	int error;

	if (fd < 0)
		return -errno;
	while (done < count) {
		size_t more = count - done < 64 ? count - done : 64;

		n = pread(fd, entries, more * sizeof *entries, place);
		if (n <= 0)
			break;
		for (size_t i = 0; i < (size_t)n / sizeof *entries; i++)
			out[done++] = page_parse(entries[i]);
		place += n;
	}
	error = n < 0 ? errno : 0;
	close(fd);
	return error && !done ? -error : (ssize_t)done;
}

ssize_t memory_read(pid_t pid, uint64_t address, void *buf, size_t n)
{
	struct iovec here = { buf, n }, there = { (void *)(uintptr_t)address, n };
	ssize_t got;

	if ((uintptr_t)address != address)
		return -EFAULT; /* a 64-bit process, seen from a 32-bit one */
	got = process_vm_readv(pid, &here, 1, &there, 1, 0);
	return got < 0 ? -errno : got;
}

/* By /proc/PID/mem, 8 us: process_vm_readv pins what it reads, and for a pin the kernel gives a
 * process its own copy of a page that it shares since a fork (gup_must_unshare, Linux 5.19). */
static ssize_t read_unpinned(int procdir, pid_t pid, uint64_t address, void *buf, size_t n)
{
	int fd = openat(procdir, "mem", O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return memory_read(pid, address, buf, n);
	got = pread(fd, buf, n, (off_t)address);
	if (got < 0)
		got = errno == EIO ? -EFAULT : -errno;
	close(fd);
	return got;
}

ssize_t memory_peek(int procdir, pid_t pid, uint64_t address, void *buf, size_t n)
{
	uint64_t size = page_size(), first = address / size;
	size_t wanted = n ? (size_t)((address + n - 1) / size - first + 1) : 0, there = 0, left = n;

	while (there < wanted) {
		struct page pages[64];
		size_t ask = wanted - there < 64 ? wanted - there : 64, i = 0;
		ssize_t got = pages_read(procdir, (first + there) * size, ask, pages);

		if (got < 0 && there == 0)
			return got;
		while ((ssize_t)i < got && pages[i].present)
			i++;
		there += i;
		if (i < ask)
			break;
	}
	if (there < wanted)
		left = there ? (size_t)((first + there) * size - address) : 0;
	return left ? read_unpinned(procdir, pid, address, buf, left) : 0;
}
