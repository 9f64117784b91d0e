using FsCheck;
using FsCheck.Fluent;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

/// <summary>Plans of every kind, with names as hostile as names can be.</summary>
internal static class Plans
{
    private static readonly Gen<byte> Byte = Gen.OneOf(
        Gen.Elements([.. "'\"\\$`\n\t -;&|<>(){}*?!~#=%"u8]),
        Gen.Choose(1, 255).Select(value => (byte)value));

    private static readonly Gen<string> Text = Gen.OneOf(
        Byte.NonEmptyListOf().Select(bytes => RawText.Decode([.. bytes])),
        Gen.Elements("null:", "pattern:", "pattern:5", "./null:", "././pattern:", "-f", "-", "none", "--", " ", "größe"));

    private static readonly Gen<string> TextOrNone = Gen.OneOf(Gen.Constant(""), Text);

    private static readonly Gen<string> Name = Gen.Elements("h", "host.example.org", "::1", "user_1", "a@b", "größe");

    private static readonly Gen<Remote> Remote =
        from host in Name
        from bare in Gen.Elements(true, false)
        from user in Gen.OneOf(Gen.Constant(""), Name)
        from port in Gen.Elements(0, 1, 22, 65535)
        from options in Text.ListOf()
        from config in TextOrNone
        from shell in Gen.OneOf(Gen.Elements("", "local", "srun -w node1"), Text.Select(ShellWords.Quote))
        from prefix in TextOrNone
        from keep in Gen.Elements(Engine.Remote.EndOfKeeping, 0, 1, 600)
        from own in Gen.Elements(true, false)
        from bootstrap in Gen.Elements(true, false)
        select new Remote
        {
            Host = bare && shell.Length > 0 ? "" : host,
            User = user,
            SshPort = shell.Length > 0 ? 0 : port,
            SshOptions = shell.Length > 0 ? [] : [.. options],
            SshConfig = shell.Length > 0 ? "" : config,
            Shell = shell,
            Prefix = prefix,
            KeepSeconds = shell.Length > 0 ? 0 : keep,
            KeepsOverUsers = shell.Length == 0 && keep > 0 && own,
            Bootstrap = bootstrap,
        };

    private static readonly Gen<Plan> Plan =
        from direction in Gen.Elements(Direction.Read, Direction.Write)
        from remote in Remote
        from directory in TextOrNone
        from there in Object(directory, isSource: direction == Direction.Read)
        from here in Gen.OneOf(Gen.Constant(Resource.Stdio), Object("", isSource: direction == Direction.Write))
        from low in Gen.Choose(1, 65535)
        from ports in Gen.OneOf(Gen.Constant(PortRange.Any), Gen.Choose(low, 65535).Select(high => new PortRange(low, high)))
        from window in Gen.OneOf(Gen.Constant(0), Gen.Choose(4 << 10, 1 << 30))
        from checksum in Gen.Elements(DigestKind.None, DigestKind.XxHash3, DigestKind.Crc32C, DigestKind.Sha256)
        from rate in Gen.Elements(0, 1, 1 << 20, long.MaxValue)
        from timeout in Gen.Elements(1, 30, 365 * 86400)
        from inPlace in Gen.Elements(true, false)
        select new Plan
        {
            Direction = direction,
            Remote = remote,
            There = there,
            Here = here,
            Ports = ports,
            WindowSize = window,
            Checksum = checksum,
            Rate = rate,
            TimeoutSeconds = timeout,
            InPlace = inPlace,
        };

    private static readonly TreeFlags[] Flags =
        [TreeFlags.Recurse, TreeFlags.Keep, TreeFlags.All, TreeFlags.Resume, TreeFlags.Quick, TreeFlags.Delete, TreeFlags.Inside, TreeFlags.OneFileSystem, TreeFlags.Links];

    /// <summary>A plan for trees: that of another kind of object, with other objects.</summary>
    private static readonly Gen<Plan> Tree =
        from plan in Plan
        from directory in TextOrNone
        from names in Text.NonEmptyListOf()
        from target in Text
        from flags in Gen.SubListOf(Flags)
        from excludes in Text.ListOf()
        from errand in Gen.Elements(TreeAction.Copy, TreeAction.Verify, TreeAction.DryRun)
        from trust in Gen.Elements(true, false)
        let all = flags.Aggregate(TreeFlags.None, (sum, flag) => sum | flag)
        let reads = plan.Direction == Direction.Read
        select plan with
        {
            There = Resource.Tree(directory, reads ? names : [target], all, excludes),
            Here = Resource.Tree("", reads ? [target] : names, all, excludes),
            TreeAction = errand,
            TrustNames = trust,
            InPlace = false,
        };

    /// <summary>A plan to read the output of the program there.</summary>
    private static readonly Gen<Plan> Asking =
        from plan in Plan
        from words in Text.NonEmptyListOf()
        select plan with { Direction = Direction.Read, There = Resource.Program(words), Here = Resource.Stdio, InPlace = false };

    /// <summary>A plan with filters on the way.</summary>
    private static readonly Gen<Plan> Filtered =
        from plan in Plan
        from filters in Text.NonEmptyListOf()
        select plan with { Filters = string.Join('\0', filters), InPlace = false };

    /// <summary>A plan to resume an interrupted file.</summary>
    private static readonly Gen<Plan> Resumed =
        from plan in Plan
        from directory in TextOrNone
        from there in Text
        from here in Text
        select plan with
        {
            There = Resource.File(directory, there) with { Flags = TreeFlags.Resume },
            Here = Resource.File("", here) with { Flags = TreeFlags.Resume },
            InPlace = false,
        };

    public static Arbitrary<Plan> Any { get; } = Gen.Frequency((3, Plan), (2, Tree), (1, Asking), (1, Filtered), (1, Resumed)).ToArbitrary();

    public static IEnumerable<Plan> Some(int count) => Any.Generator.Sample(count);

    private static Gen<Resource> Object(string directory, bool isSource) => Gen.OneOf(
        Text.Select(text => Resource.File(directory, text)),
        Text.Select(text => Resource.Command(directory, text)),
        Gen.Constant(Resource.Null),
        Gen.Elements(1, 1024, 12345, long.MaxValue).Select(size => Resource.Pattern(isSource ? size : 0)));
}
