/*
 * failing: a library for LD_PRELOAD in which chosen calls on chosen files fail, as they do on a full or a broken disk.
 *
 *   FAIL_CALL    the calls, with commas between: openat-tmpfile, openat (of new files), fallocate, pwrite, write, fsync (and fdatasync),
 *                close (of what is written), linkat, renameat (and renameat2), connect; pwrite-flip writes one byte that is wrong and
 *                reports success
 *   FAIL_ERRNO   the number of the error; that of openat-tmpfile is always EOPNOTSUPP
 *   FAIL_DIR     only what lies below this directory
 *   FAIL_TIMES   only the first so many of each call; all if it is not given
 *   FAIL_SKIP    and not the first so many of each
 *   FAIL_BYTE    of pwrite-flip, which byte of the call
 *   FAIL_PORT    of connect, only those to this port,
 *   FAIL_AFTER   and not the first so many of them
 *
 * With FAIL_TIMES a call that fails is over some time, as a full disk is. What was written since the last good sync is then really
 * lost when fsync or close fails: it becomes zeros, as when the system has dropped the pages; so the next sync that succeeds is a lie
 * unless the bytes were written again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "preload.h"

enum { FILES = 4096 };

/* What was written to each file since its last good sync. */
static struct { off_t from, to; } unsynced[FILES];
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static int is_below(const char *path)
{
    const char *dir = getenv("FAIL_DIR");
    return dir && strncmp(path, dir, strlen(dir)) == 0;
}

static int is_open_below(int fd)
{
    char path[4096];
    return path_of(fd, path, sizeof path) >= 0 && is_below(path);
}

/* A path relative to an open directory is below what the directory is below. */
static int is_member_below(int dir, const char *name)
{
    char path[8192];
    if (dir == AT_FDCWD || name[0] == '/')
        return is_below(name);
    ssize_t n = path_of(dir, path, 4097);
    if (n < 0)
        return 0;
    snprintf(path + n, sizeof path - n, "/%s", name);
    return is_below(path);
}

static int is_chosen(const char *call)
{
    return is_listed(getenv("FAIL_CALL"), call);
}

/* Whether it is the turn of this one; count is that of its kind. */
static int is_due(int *count)
{
    const char *skip = getenv("FAIL_SKIP"), *times = getenv("FAIL_TIMES");
    int first = skip ? atoi(skip) : 0, number = __sync_fetch_and_add(count, 1);
    return number >= first && (!times || number < first + atoi(times));
}

static int fails(const char *call, int *count)
{
    const char *number = getenv("FAIL_ERRNO");
    if (!is_chosen(call) || !is_due(count))
        return 0;
    errno = number ? atoi(number) : EIO;
    return 1;
}

static void wrote(int fd, off_t from, off_t to)
{
    if (fd >= FILES)
        return;
    if (unsynced[fd].to == 0 || from < unsynced[fd].from)
        unsynced[fd].from = from;
    if (to > unsynced[fd].to)
        unsynced[fd].to = to;
}

/* What the system does with pages that it could not write: it forgets them. */
static void lose(int fd)
{
    static const char zeros[1 << 16];
    if (fd >= FILES || !getenv("FAIL_TIMES"))
        return;
    for (off_t at = unsynced[fd].from; at < unsynced[fd].to; at += sizeof zeros) {
        off_t left = unsynced[fd].to - at;
        syscall(SYS_pwrite64, fd, zeros, left < (off_t)sizeof zeros ? (size_t)left : sizeof zeros, at);
    }
    unsynced[fd].from = unsynced[fd].to = 0;
}

static int my_openat(int dir, const char *path, int flags, unsigned mode)
{
    if ((flags & O_TMPFILE) == O_TMPFILE && is_member_below(dir, path) && is_chosen("openat-tmpfile")) {
        errno = EOPNOTSUPP;
        return -1;
    }
    static int count;
    if ((flags & O_CREAT) && (flags & O_TMPFILE) != O_TMPFILE && is_member_below(dir, path) && fails("openat", &count))
        return -1;
    return syscall(SYS_openat, dir, path, flags, mode);
}

static int my_fallocate(int fd, int mode, off_t offset, off_t length)
{
    static int count;
    if (is_open_below(fd) && fails("fallocate", &count))
        return -1;
    return syscall(SYS_fallocate, fd, mode, offset, length);
}

/* What a bad disk does. */
static ssize_t write_wrong(int fd, const char *bytes, size_t count, off_t offset)
{
    const char *number = getenv("FAIL_BYTE");
    size_t at = (number ? (size_t)atoll(number) : 0) % count;
    char wrong = bytes[at] ^ 4;
    ssize_t done = syscall(SYS_pwrite64, fd, bytes, count, offset);
    syscall(SYS_pwrite64, fd, &wrong, 1, offset + at);
    return done;
}

static ssize_t my_pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
    static int calls;
    if (!is_open_below(fd))
        return syscall(SYS_pwrite64, fd, bytes, count, offset);
    if (fails("pwrite", &calls))
        return -1;
    static int flips;
    if (fails("pwrite-flip", &flips))
        return write_wrong(fd, bytes, count, offset);
    pthread_mutex_lock(&gate);
    ssize_t done = syscall(SYS_pwrite64, fd, bytes, count, offset);
    if (done > 0)
        wrote(fd, offset, offset + done);
    pthread_mutex_unlock(&gate);
    return done;
}

static ssize_t my_write(int fd, const void *bytes, size_t count)
{
    static int calls;
    if (is_open_below(fd) && fails("write", &calls))
        return -1;
    return syscall(SYS_write, fd, bytes, count);
}

static int sync_with(long call, int fd)
{
    static int count;
    if (!is_open_below(fd))
        return syscall(call, fd);
    pthread_mutex_lock(&gate);
    int failed = fails("fsync", &count), error = errno;
    if (failed)
        lose(fd);
    else if (fd < FILES)
        unsynced[fd].from = unsynced[fd].to = 0;
    pthread_mutex_unlock(&gate);
    errno = error;
    return failed ? -1 : syscall(call, fd);
}

static int my_fsync(int fd)
{
    return sync_with(SYS_fsync, fd);
}

static int my_fdatasync(int fd)
{
    return sync_with(SYS_fdatasync, fd);
}

static int is_written(int fd)
{
    return (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
}

static int my_close(int fd)
{
    static int count;
    int failed = is_open_below(fd) && is_written(fd) && fails("close", &count), error = errno;
    pthread_mutex_lock(&gate);
    if (failed)
        lose(fd);
    if (fd >= 0 && fd < FILES)
        unsynced[fd].from = unsynced[fd].to = 0;
    pthread_mutex_unlock(&gate);
    int result = syscall(SYS_close, fd);
    if (failed)
        errno = error;
    return failed ? -1 : result;
}

static int my_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    static int count;
    if (is_member_below(to_dir, to) && fails("linkat", &count))
        return -1;
    return syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
}

static int rename_with(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    static int count;
    if (is_member_below(to_dir, to) && fails("renameat", &count))
        return -1;
    return syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

static int my_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return rename_with(from_dir, from, to_dir, to, 0);
}

/* What libc has no function for everywhere is called by its number. */
static long my_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    if (number == SYS_renameat2)
        return rename_with(a, (const char *)(intptr_t)b, c, (const char *)(intptr_t)d, e);
    return syscall(number, a, b, c, d, e, f);
}

static int my_connect(int fd, const struct sockaddr *to, socklen_t length)
{
    static int count, failures;
    const char *port = getenv("FAIL_PORT"), *after = getenv("FAIL_AFTER");
    if (port && to->sa_family == AF_INET && ntohs(((const struct sockaddr_in *)to)->sin_port) == atoi(port) &&
        __sync_fetch_and_add(&count, 1) >= (after ? atoi(after) : 0) && fails("connect", &failures))
        return -1;
    return syscall(SYS_connect, fd, to, length);
}

void *dlsym(void *handle, const char *name)
{
    static const struct replacement all[] = {
        { "openat", my_openat }, { "fallocate64", my_fallocate }, { "pwrite64", my_pwrite }, { "write", my_write },
        { "fsync", my_fsync }, { "fdatasync", my_fdatasync }, { "close", my_close }, { "linkat", my_linkat },
        { "renameat", my_renameat }, { "syscall", my_syscall }, { "connect", my_connect },
    };
    return look_up(handle, name, all, getenv("FAIL_CALL") ? sizeof all / sizeof *all : 0);
}
