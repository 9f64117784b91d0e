/*
 * poorfs: a file system (FUSE) that shows a directory and lacks what others have, as vfat, exFAT, NFS and some FUSE file systems do.
 *
 * usage: poorfs BACKING MOUNTPOINT FEATURE...
 *
 *   nocase     upper and lower case are the same in a name; what was there first keeps its spelling
 *   noattr     no extended attributes        smallattr  none of more than 4,000 bytes: ENOSPC, as with ext4
 *   noowner    chown fails with EPERM        nomode     chmod fails with EPERM
 *   nolink     no links, fifos, devices      noomit     utimensat(2) wants both times: EINVAL
 *   nolock     flock(2) fails with ENOLCK
 *
 * It goes to the background when it is mounted, and ends with umount(8).
 */
#define _GNU_SOURCE
#define FUSE_USE_VERSION 31
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { LONGEST = 4096, SMALL = 4000 };

static const char *backing;
static char **features;

static int has(const char *feature)
{
    for (char **one = features; *one; one++)
        if (!strcmp(*one, feature))
            return 1;
    return 0;
}

/* The name in that directory which a name of any case stands for; the name itself if there is none. */
static void spell(const char *directory, const char *name, char *found)
{
    DIR *stream = opendir(directory);
    strcpy(found, name);
    for (struct dirent *one; stream && (one = readdir(stream));)
        if (!strcasecmp(one->d_name, name))
            strcpy(found, one->d_name);
    if (stream)
        closedir(stream);
}

/* Where a path of ours lies in the backing directory. */
static const char *real(const char *path, char *to)
{
    char rest[LONGEST], *left = rest;
    snprintf(rest, sizeof rest, "%s", path);
    snprintf(to, LONGEST, "%s", backing);
    for (char *name; (name = strsep(&left, "/"));) {
        char found[LONGEST];
        if (!*name)
            continue;
        if (has("nocase"))
            spell(to, name, found);
        else
            strcpy(found, name);
        size_t length = strlen(to);
        snprintf(to + length, LONGEST - length, "/%s", found);
    }
    return to;
}

static int result(long value)
{
    return value < 0 ? -errno : (int)value;
}

#define AT(path) real(path, (char[LONGEST]){ 0 })

static void *start(struct fuse_conn_info *connection, struct fuse_config *config)
{
    (void)connection;
    config->use_ino = 1;
    config->hard_remove = 1;
    config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
    return 0;
}

static int get_status(const char *path, struct stat *status, struct fuse_file_info *file)
{
    return result(file ? fstat(file->fh, status) : lstat(AT(path), status));
}

static int read_link(const char *path, char *to, size_t size)
{
    ssize_t length = readlink(AT(path), to, size - 1);
    if (length < 0)
        return -errno;
    to[length] = 0;
    return 0;
}

static int make_node(const char *path, mode_t mode, dev_t device)
{
    if (!S_ISREG(mode) && has("nolink"))
        return -EPERM;
    return result(mknod(AT(path), mode, device));
}

static int make_directory(const char *path, mode_t mode) { return result(mkdir(AT(path), mode)); }
static int remove_file(const char *path) { return result(unlink(AT(path))); }
static int remove_directory(const char *path) { return result(rmdir(AT(path))); }
static int make_symlink(const char *to, const char *path) { return has("nolink") ? -EPERM : result(symlink(to, AT(path))); }
static int make_link(const char *from, const char *to) { return has("nolink") ? -EPERM : result(link(AT(from), AT(to))); }
static int move(const char *from, const char *to, unsigned flags) { return result(renameat2(AT_FDCWD, AT(from), AT_FDCWD, AT(to), flags)); }

static int set_mode(const char *path, mode_t mode, struct fuse_file_info *file)
{
    (void)file;
    return has("nomode") ? -EPERM : result(chmod(AT(path), mode));
}

static int set_owner(const char *path, uid_t owner, gid_t group, struct fuse_file_info *file)
{
    (void)file;
    return has("noowner") ? -EPERM : result(lchown(AT(path), owner, group));
}

static int set_size(const char *path, off_t size, struct fuse_file_info *file)
{
    return result(file ? ftruncate(file->fh, size) : truncate(AT(path), size));
}

static int set_times(const char *path, const struct timespec times[2], struct fuse_file_info *file)
{
    (void)file;
    if (has("noomit") && (times[0].tv_nsec == UTIME_OMIT || times[1].tv_nsec == UTIME_OMIT))
        return -EINVAL;
    return result(utimensat(AT_FDCWD, AT(path), times, AT_SYMLINK_NOFOLLOW));
}

static int open_file(const char *path, struct fuse_file_info *file)
{
    int fd = open(AT(path), file->flags & ~O_NOFOLLOW);
    file->fh = fd;
    return fd < 0 ? -errno : 0;
}

static int create_file(const char *path, mode_t mode, struct fuse_file_info *file)
{
    int fd = open(AT(path), file->flags | O_CREAT, mode);
    file->fh = fd;
    return fd < 0 ? -errno : 0;
}

static int close_file(const char *path, struct fuse_file_info *file)
{
    (void)path;
    close(file->fh);
    return 0;
}

static int read_file(const char *path, char *to, size_t size, off_t at, struct fuse_file_info *file)
{
    (void)path;
    return result(pread(file->fh, to, size, at));
}

static int write_file(const char *path, const char *from, size_t size, off_t at, struct fuse_file_info *file)
{
    (void)path;
    return result(pwrite(file->fh, from, size, at));
}

static int sync_file(const char *path, int data, struct fuse_file_info *file)
{
    (void)path, (void)data;
    return result(fsync(file->fh));
}

static int lock_file(const char *path, struct fuse_file_info *file, int operation)
{
    (void)path;
    return has("nolock") ? -ENOLCK : result(flock(file->fh, operation));
}

static int read_directory(const char *path, void *to, fuse_fill_dir_t fill, off_t at, struct fuse_file_info *file, enum fuse_readdir_flags flags)
{
    (void)at, (void)file, (void)flags;
    DIR *stream = opendir(AT(path));
    if (!stream)
        return -errno;
    for (struct dirent *one; (one = readdir(stream));)
        fill(to, one->d_name, &(struct stat){ .st_ino = one->d_ino, .st_mode = DTTOIF(one->d_type) }, 0, 0);
    closedir(stream);
    return 0;
}

static int set_attribute(const char *path, const char *name, const char *value, size_t size, int flags)
{
    if (has("noattr"))
        return -EOPNOTSUPP;
    return has("smallattr") && size > SMALL ? -ENOSPC : result(lsetxattr(AT(path), name, value, size, flags));
}

static int get_attribute(const char *path, const char *name, char *value, size_t size)
{
    return has("noattr") ? -EOPNOTSUPP : result(lgetxattr(AT(path), name, value, size));
}

static int list_attributes(const char *path, char *names, size_t size)
{
    return has("noattr") ? -EOPNOTSUPP : result(llistxattr(AT(path), names, size));
}

static int remove_attribute(const char *path, const char *name)
{
    return has("noattr") ? -EOPNOTSUPP : result(lremovexattr(AT(path), name));
}

int main(int argc, char **argv)
{
    static struct fuse_operations operations = {
        .init = start, .getattr = get_status, .readlink = read_link, .mknod = make_node, .mkdir = make_directory, .unlink = remove_file,
        .rmdir = remove_directory, .symlink = make_symlink, .rename = move, .link = make_link, .chmod = set_mode, .chown = set_owner,
        .truncate = set_size, .utimens = set_times, .open = open_file, .create = create_file, .release = close_file, .read = read_file,
        .write = write_file, .fsync = sync_file, .readdir = read_directory, .setxattr = set_attribute,
        .getxattr = get_attribute, .listxattr = list_attributes, .removexattr = remove_attribute,
    };
    if (argc < 3)
        return 2;
    backing = realpath(argv[1], 0);
    features = argv + 3;
    if (has("nolock"))
        operations.flock = lock_file;
    umask(0);
    return fuse_main(4, ((char *[]){ argv[0], "-o", "allow_other", argv[2], 0 }), &operations, 0);
}
