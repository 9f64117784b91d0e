namespace EndToEnd.Tests.Trees;

/// <summary>A test of trees. Its scripts have functions that copy, and that say how two trees differ: nothing, if they do not.</summary>
public abstract class TreeTest : CopyTest
{
    /// <summary>
    /// <c>tree OPTION...</c>: dmscp -tree there or back; <c>differences A B</c>: as rsync sees them; <c>manifest A [time]</c>: a line for
    /// each entry, digests, attributes, devices and holes; <c>modes A [time]</c>: what scp copies too.
    /// </summary>
    private const string Functions = """
        tree() { dmscp $FAR -tree "$@"; }
        differences() { rsync -aHAXS --numeric-ids --checksum --dry-run -i --delete "$1/" "$2/"; }
        digests() { find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum -z | tr '\0' '\n'; }
        manifest() { (
          cd "$1"
          find . ! -type d -printf '%P\t%y %m %U %G %n %s %T@ %l\0' -o -printf '%P\t%y %m %U %G %T@\0' | LC_ALL=C sort -z | tr '\0' '\n'
          digests
          getfattr -Rhd -m- -e hex . 2> /dev/null | awk -v RS= '{ print }' | LC_ALL=C sort
          find . \( -type b -o -type c \) -exec stat -c '%n %t %T' {} + | LC_ALL=C sort
        ) }
        modes() { (
          cd "$1"
          find . -type d -printf '%y %m %P\n' -o -printf '%y %m %s %P\n' | LC_ALL=C sort
          digests
          [ $# -lt 2 ] || find . -mindepth 1 -printf '%P %T@\n' | sed 's/\.[0-9]*$//' | LC_ALL=C sort
        ) }

        """;

    private protected Task<Result> RunTree(string script, Far far = Far.Local) => Run(Functions + script, far);

    private protected Running StartTree(string script, Far far = Far.Local) => Start(Functions + script, far);
}
