using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Lazyclone;

/// <summary>The Linux kernel as a client, in a guest: through qemu's virtio disk, and through its own NBD client.</summary>
public sealed class KernelTests : CloneTest
{
    /// <summary>A guest without hardware virtualization boots for a minute or more.</summary>
    private const int Limit = 600_000;

    [Case("qemu-system-x86_64", "nbd-client", "mkfs.ext4", "debugfs", "mkfs.xfs", Needs.GuestKernel, Timeout = Limit)]
    public async Task A_file_system_on_the_clone_is_made_mounted_written_and_trimmed() =>
        (await RunClone($$"""
            export PATH=$PATH:/usr/sbin:/sbin
            mkdir tree
            for i in $(seq 40); do head -c $((i * 4567)) /dev/urandom > tree/file$i; done
            (cd tree && md5sum file*) > sums
            mv sums tree/
            truncate -s 64M src
            mkfs.ext4 -q -d tree src
            { printf '/\n0 0\nd--755 0 0\n'; for file in tree/*; do echo "${file#tree/} ---644 0 0 $file"; done; echo '$'; } > proto
            truncate -s 320M xfs
            mkfs.xfs -q -p proto xfs
            head -c 64M /dev/urandom > raw
            serve --rate 4m src disk.clone; first=$server
            serve --rate 4m xfs xfs.clone; third=$server
            lazyclone --listen 127.0.0.1:0 --socket net.clone.socket --rate 4m raw net.clone 2> said & second=$!
            soon grep -q 'serving nbd://' said
            port=$(sed -n 's/.*serving nbd:.*:\([0-9]*\)\/$/\1/p' said)
            cat > script << END
            port=$port
            END
            cat >> script << 'END'
            change() {
              dd if=/dev/urandom of=/mnt/new bs=64k count=100 2> /dev/null
              dd if=/dev/urandom of=/mnt/odd bs=777 count=99 2> /dev/null
              (cd /mnt && md5sum new odd > newsums && md5sum -c newsums)
              sync
              rm -f /mnt/file1*
              fstrim -v /mnt
              umount /mnt
            }
            mount -t ext4 /dev/vda /mnt
            (cd /mnt && md5sum -c sums > /tmp/said || { cat /tmp/said; exit 1; })
            change
            mount -t xfs /dev/vdb /mnt
            (cd /mnt && md5sum -c sums > /tmp/said || { cat /tmp/said; exit 1; })
            change
            mount -t xfs /dev/vdb /mnt
            (cd /mnt && md5sum -c newsums)
            umount /mnt
            nbd-client 10.0.2.2 $port /dev/nbd0
            mke2fs -q -t ext4 /dev/nbd0
            mount -t ext4 /dev/nbd0 /mnt
            change
            mount -t ext4 /dev/nbd0 /mnt
            (cd /mnt && md5sum -c newsums)
            umount /mnt
            nbd-client -d /dev/nbd0
            END
            bash '{{Checkout.PathOf("tests/lab/guest")}}' '{{Checkout.PathOf(Needs.GuestKernelFolder)}}' script 'nbd-client mke2fs' \
              -drive driver=raw,file.driver=nbd,file.server.type=unix,file.server.path=disk.clone.socket,if=none,id=disk,discard=unmap \
              -device virtio-blk-pci,drive=disk \
              -drive driver=raw,file.driver=nbd,file.server.type=unix,file.server.path=xfs.clone.socket,if=none,id=other,discard=unmap \
              -device virtio-blk-pci,drive=other
            for disk in disk.clone net.clone xfs.clone; do
              lazyclone message $disk.socket rate 0
              lazyclone finish $disk.socket
            done
            wait $first $second $third
            xfs_repair -n xfs.clone
            for disk in disk.clone net.clone; do
              e2fsck -fn $disk
              rm -rf out; mkdir out
              debugfs -R 'rdump / out' $disk
              (cd out && md5sum -c newsums)
            done
            rm -rf out; mkdir out
            debugfs -R 'rdump / out' disk.clone
            grep -v 'file1' out/sums | (cd out && md5sum -c --quiet -)
            test ! -e out/file1
            """, seconds: 580)).Is(0);
}
