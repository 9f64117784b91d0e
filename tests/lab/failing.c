/*
 * failing: a library for LD_PRELOAD in which chosen calls on chosen files fail, as they do on a full or a broken disk.
 *
 *   FAIL_CALL    the calls, with commas between: openat-tmpfile, pwrite, fsync, close, linkat, renameat, connect
 *   FAIL_ERRNO   the number of the error; that of openat-tmpfile is always EOPNOTSUPP
 *   FAIL_DIR     only what lies below this directory
 *   FAIL_PORT    of connect, only those to this port,
 *   FAIL_AFTER   and not the first so many of them
 *
 * The program finds its calls with dlsym, which does not look into preloaded libraries: so dlsym is replaced too.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_below(const char *path)
{
    const char *dir = getenv("FAIL_DIR");
    return dir && strncmp(path, dir, strlen(dir)) == 0;
}

static int is_open_below(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (n < 0)
        return 0;
    path[n] = 0;
    return is_below(path);
}

static int is_chosen(const char *call)
{
    const char *chosen = getenv("FAIL_CALL");
    size_t length = strlen(call);
    for (const char *at = chosen; at && (at = strstr(at, call)); at += length)
        if ((at == chosen || at[-1] == ',') && (at[length] == 0 || at[length] == ','))
            return 1;
    return 0;
}

static int fails(const char *call)
{
    const char *number = getenv("FAIL_ERRNO");
    if (!is_chosen(call))
        return 0;
    errno = number ? atoi(number) : EIO;
    return 1;
}

static int my_openat(int dir, const char *path, int flags, unsigned mode)
{
    if ((flags & O_TMPFILE) == O_TMPFILE && is_below(path) && is_chosen("openat-tmpfile")) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return syscall(SYS_openat, dir, path, flags, mode);
}

static ssize_t my_pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
    if (is_open_below(fd) && fails("pwrite"))
        return -1;
    return syscall(SYS_pwrite64, fd, bytes, count, offset);
}

static int my_fsync(int fd)
{
    if (is_open_below(fd) && fails("fsync"))
        return -1;
    return syscall(SYS_fsync, fd);
}

static int my_close(int fd)
{
    int failed = is_open_below(fd) && fails("close"), error = errno;
    int result = syscall(SYS_close, fd);
    if (failed)
        errno = error;
    return failed ? -1 : result;
}

static int my_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    if (is_below(to) && fails("linkat"))
        return -1;
    return syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
}

static int my_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    if (is_below(to) && fails("renameat"))
        return -1;
    return syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
}

static int my_connect(int fd, const struct sockaddr *to, socklen_t length)
{
    static int count;
    const char *port = getenv("FAIL_PORT"), *after = getenv("FAIL_AFTER");
    if (port && to->sa_family == AF_INET && ntohs(((const struct sockaddr_in *)to)->sin_port) == atoi(port) &&
        __sync_fetch_and_add(&count, 1) >= (after ? atoi(after) : 0) && fails("connect"))
        return -1;
    return syscall(SYS_connect, fd, to, length);
}

static void *replacement(const char *name)
{
    static const struct { const char *name; void *function; } all[] = {
        { "openat", my_openat }, { "pwrite64", my_pwrite }, { "fsync", my_fsync },
        { "close", my_close }, { "linkat", my_linkat }, { "renameat", my_renameat },
        { "connect", my_connect },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i].name, name))
            return all[i].function;
    return 0;
}

void *dlsym(void *handle, const char *name)
{
    static void *(*real)(void *, const char *);
    if (!real)
        real = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    if (!real)
        real = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
    void *mine = getenv("FAIL_CALL") ? replacement(name) : 0;
    return mine ? mine : real(handle, name);
}
