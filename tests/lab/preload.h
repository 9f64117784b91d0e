/*
 * preload: shared by the libraries for LD_PRELOAD in this directory. The program finds its calls with dlsym, which does not look into
 * preloaded libraries: so each library defines a dlsym of its own, by look_up. _GNU_SOURCE must be defined.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct replacement { const char *name; void *function; };

/* The replacement of a function, or else the function itself. */
static void *look_up(void *handle, const char *name, const struct replacement *all, size_t count)
{
    static void *(*real)(void *, const char *);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(all[i].name, name))
            return all[i].function;
    if (!real)
        real = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    if (!real)
        real = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
    return real(handle, name);
}

/* Whether a name is in a list with commas between, which may be missing. */
static int is_listed(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at && (at = strstr(at, name)); at += length)
        if ((at == list || at[-1] == ',') && (at[length] == 0 || at[length] == ','))
            return 1;
    return 0;
}

/* Fills in the path of a descriptor; returns its length, negative without one. */
static ssize_t path_of(int fd, char *path, size_t size)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, size - 1);
    if (length >= 0)
        path[length] = 0;
    return length;
}
