/*
 * volatile: a library for LD_PRELOAD that gives chosen files a volatile write cache. The file itself holds what was written; beside it is
 * kept what was synced, and which sectors differ. When the program has been killed, a power loss may take any of those sectors back.
 *
 *   VOLATILE_FILES  names of the files, without their directories, with commas between
 *   VOLATILE_DIR    takes NAME.synced, the content at the last sync, and NAME.dirty, one byte for each sector, 1 if it was written since
 *
 * Changes of the size count as synced at once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "preload.h"

enum { SECTOR = 512, SECTORS = 1 << 21, FILES = 8, LONGEST = 4096 };

static struct volume {
    char name[256];
    int synced;
    unsigned char *dirty;
    pthread_rwlock_t lock;
} volumes[FILES];
static int count;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void give_up(const char *what)
{
    perror(what);
    abort();
}

static void begin(struct volume *volume, const char *name)
{
    char path[LONGEST];
    snprintf(volume->name, sizeof volume->name, "%.200s", name);
    pthread_rwlock_init(&volume->lock, 0);
    snprintf(path, sizeof path, "%.3000s/%.200s.synced", getenv("VOLATILE_DIR"), name);
    volume->synced = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    snprintf(path, sizeof path, "%.3000s/%.200s.dirty", getenv("VOLATILE_DIR"), name);
    int dirty = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (volume->synced < 0 || dirty < 0 || syscall(SYS_ftruncate, dirty, (off_t)SECTORS) < 0)
        give_up(path);
    volume->dirty = mmap(0, SECTORS, PROT_READ | PROT_WRITE, MAP_SHARED, dirty, 0);
    if (volume->dirty == MAP_FAILED)
        give_up(path);
    close(dirty);
}

/* The volume of a descriptor; 0 if its file is not chosen. */
static struct volume *volume_of(int fd)
{
    char path[LONGEST];
    if (path_of(fd, path, sizeof path) <= 0)
        return 0;
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    if (strlen(name) > 200 || !is_listed(getenv("VOLATILE_FILES"), name))
        return 0;
    pthread_mutex_lock(&gate);
    int i = 0;
    while (i < count && strcmp(volumes[i].name, name))
        i++;
    if (i == count) {
        if (count == FILES)
            give_up("too many files");
        begin(&volumes[count++], name);
    }
    pthread_mutex_unlock(&gate);
    return &volumes[i];
}

static void mark(struct volume *volume, off_t offset, off_t length)
{
    for (off_t sector = offset / SECTOR; sector * SECTOR < offset + length && sector < SECTORS; sector++)
        volume->dirty[sector] = 1;
}

static ssize_t my_pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    struct volume *volume = volume_of(fd);
    if (!volume)
        return syscall(SYS_pwrite64, fd, bytes, length, offset);
    pthread_rwlock_rdlock(&volume->lock);
    mark(volume, offset, length);
    ssize_t done = syscall(SYS_pwrite64, fd, bytes, length, offset);
    int error = errno;
    pthread_rwlock_unlock(&volume->lock);
    errno = error;
    return done;
}

static int my_fallocate(int fd, int mode, off_t offset, off_t length)
{
    struct volume *volume = volume_of(fd);
    if (!volume)
        return syscall(SYS_fallocate, fd, mode, offset, length);
    pthread_rwlock_rdlock(&volume->lock);
    mark(volume, offset, length);
    int result = syscall(SYS_fallocate, fd, mode, offset, length);
    int error = errno;
    pthread_rwlock_unlock(&volume->lock);
    errno = error;
    return result;
}

static int my_ftruncate(int fd, off_t size)
{
    struct volume *volume = volume_of(fd);
    int result = syscall(SYS_ftruncate, fd, size), error = errno;
    if (volume && result == 0 && syscall(SYS_ftruncate, volume->synced, size) < 0)
        give_up("ftruncate");
    errno = error;
    return result;
}

static void keep(struct volume *volume, int fd, off_t sector)
{
    char bytes[SECTOR] = { 0 };
    ssize_t length = syscall(SYS_pread64, fd, bytes, sizeof bytes, sector * SECTOR);
    if (length < 0 || syscall(SYS_pwrite64, volume->synced, bytes, length, sector * SECTOR) != length)
        give_up("pwrite");
    volume->dirty[sector] = 0;
}

/* Nothing is synced really: the kill of a process takes nothing from the system's cache. */
static int sync_with(long call, int fd)
{
    struct volume *volume = volume_of(fd);
    struct stat status;
    if (!volume)
        return syscall(call, fd);
    pthread_rwlock_wrlock(&volume->lock);
    if (fstat(fd, &status) < 0)
        give_up("fstat");
    for (off_t sector = 0; sector * SECTOR < status.st_size && sector < SECTORS; sector++)
        if (volume->dirty[sector])
            keep(volume, fd, sector);
    pthread_rwlock_unlock(&volume->lock);
    return 0;
}

static int my_fsync(int fd)
{
    return sync_with(SYS_fsync, fd);
}

static int my_fdatasync(int fd)
{
    return sync_with(SYS_fdatasync, fd);
}

void *dlsym(void *handle, const char *name)
{
    static const struct replacement all[] = {
        { "pwrite64", my_pwrite }, { "fallocate64", my_fallocate }, { "ftruncate64", my_ftruncate }, { "fsync", my_fsync },
        { "fdatasync", my_fdatasync },
    };
    return look_up(handle, name, all, getenv("VOLATILE_FILES") ? sizeof all / sizeof *all : 0);
}
