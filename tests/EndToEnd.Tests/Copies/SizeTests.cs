namespace EndToEnd.Tests.Copies;

/// <summary>Data of any size arrive unchanged from every kind of source at every kind of sink.</summary>
public sealed class SizeTests : CopyTest
{
    public static TheoryData<long, Far> Sizes()
    {
        const int kib = 1024;
        var data = new TheoryData<long, Far>();
        foreach (var size in (long[])[0, 1, (64 * kib) - 1, 64 * kib, (64 * kib) + 1, (kib * kib) - 1, kib * kib, (kib * kib) + 1])
        {
            data.Add(size, Far.Local);
            if (Lab.Shared.WhyNoSshd is null)
            {
                data.Add(size, Far.Ssh);
            }
        }

        return data;
    }

    [Cases]
    [MemberData(nameof(Sizes))]
    public async Task A_file_of_any_size_goes_there_and_comes_back(long size, Far far) =>
        (await Run($"""
            set -e
            head -c {size} /dev/urandom > source
            dmscp -w $FAR -d "$PWD" -f there -l source
            cmp source there
            dmscp -r $FAR -d "$PWD" -f there -l back
            cmp source back
            """, far)).Is(0);

    [Cases]
    [MemberData(nameof(Sizes))]
    public async Task A_pipe_of_any_size_goes_into_a_command_and_comes_out_of_one(long size, Far far) =>
        (await Run($"""
            set -eo pipefail
            head -c {size} /dev/urandom > source
            cat source | dmscp -w $FAR -d "$PWD" -R 'cat > there'
            cmp source there
            dmscp -r $FAR -d "$PWD" -R 'cat there' | cat > back
            cmp source back
            """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task A_hundred_MiB_go_there_and_come_back(Far far) =>
        (await Run("""
            set -eo pipefail
            head -c 100m /dev/urandom > source
            dmscp -w $FAR -d "$PWD" -f there < source
            dmscp -r $FAR -d "$PWD" -R 'cat there' | cmp source -
            """, far)).Is(0);

    [Cases]
    [InlineData("-checksum")]
    [InlineData("-checksum xxh3")]
    [InlineData("-checksum crc32c")]
    [InlineData("-checksum sha256")]
    [InlineData("-checksum none")]
    [InlineData("-wsz 64k")]
    [InlineData("-rate 1g")]
    [InlineData("-q")]
    [InlineData("-vv")]
    public async Task An_option_does_not_change_what_arrives(string option) =>
        (await Run($"""
            set -eo pipefail
            head -c 3000001 /dev/urandom > source
            dmscp -w $FAR {option} -d "$PWD" -f there < source
            cmp source there
            cat source | dmscp -w $FAR {option} -d "$PWD" -R 'cat > there2'
            cmp source there2
            """)).Is(0);

    [Case]
    public async Task A_rate_is_kept() =>
        (await Run("""
            start=$(date +%s%N)
            dmscp -w $FAR -rate 4m -l pattern:9m -f pattern: || exit
            ms=$((($(date +%s%N) - start) / 1000000))
            echo "$ms ms"
            test "$ms" -ge 1000
            """)).Is(0);
}
