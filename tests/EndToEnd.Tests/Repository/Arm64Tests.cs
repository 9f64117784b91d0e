namespace EndToEnd.Tests.Repository;

/// <summary>The program for arm64, linked here and run by qemu, copies with the one of this machine.</summary>
public sealed class Arm64Tests : CopyTest
{
    // node: starts the far end with the program for arm64 in the path. libc and libssl are Debian's, from an index of its own.
    private const string Setup = """
        set -e
        "$CHECKOUT/install/stage" --arch arm64 "$PWD/arm" > log 2>&1 || { cat log >&2; exit 1; }
        mkdir -p lists/partial cache/archives/partial packages system there
        apt=(apt-get -o APT::Architectures::=amd64 -o APT::Architectures::=arm64 -o "Dir::State::Lists=$PWD/lists" -o "Dir::Cache=$PWD/cache" -o APT::Sandbox::User=root)
        "${apt[@]}" update -qq > log 2>&1
        (cd packages; "${apt[@]}" download libc6:arm64 libgcc-s1:arm64 zlib1g:arm64 libssl3:arm64 > ../log 2>&1)
        for package in packages/*.deb; do dpkg -x "$package" system; done
        arm() { qemu-aarch64-static -L "$PWD/system" "$PWD/arm/bin/pipe" "$@"; }
        printf '#!/bin/sh\nexec qemu-aarch64-static -L "%s" "%s" dmscp "$@"\n' "$PWD/system" "$PWD/arm/bin/pipe" > there/dmscp
        printf '#!/bin/sh\nshift\nPATH=%s:$PATH exec "$@"\n' "$PWD/there" > node
        chmod +x there/dmscp node
        head -c 10000000 /dev/urandom > data

        """;

    [Case(Needs.Whole, "clang", "ld.lld", "aarch64-linux-gnu-objcopy", "/usr/aarch64-linux-gnu/lib/libc.so", "qemu-aarch64-static", "apt-get", Timeout = 1_200_000)]
    public async Task It_is_the_same_program_and_copies_with_the_other_one() =>
        (await Run($"CHECKOUT='{Checkout.Root}'\n{Setup}" + """
            arm -version; arm -applets | sort > names; pipe -applets | sort | cmp - names; cat arm/MACHINE
            for way in '-connect ssh' '' -encrypt '-channel udp'; do
              rm -f copy; dmscp -w $way -s h -e "$PWD/node %h" -l data -d "$PWD" -f copy; cmp data copy
              rm -f copy; dmscp -r $way -s h -e "$PWD/node %h" -l copy -d "$PWD" -f data; cmp data copy
            done
            """)).Is(0).Prints("pipe (Pipe) 0.1.0\naarch64\n");
}
