namespace Pipe.Archives.Tests;

/// <summary>What the systems really print, word for word, and what is made of it. @ stands for the directory of the file.</summary>
public sealed class AnswerTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public static TheoryData<string, string, string> Answers => new()
    {
        { "dmf", "REG", "Resident" },
        { "dmf", "MIG", "Migrating" },
        { "dmf", "DUL", "Dual" },
        { "dmf", "OFL", "Offline" },
        { "dmf", "PAR", "Offline" },
        { "dmf", "UNM", "Recalling" },
        { "dmf", "INV", "Unknown" },
        { "dmf", "NMG", "Unknown" },
        { "dmf", "DUL\nDUL", "Unknown" },
        { "lustre", "@/file: (0x00000000)", "Resident" },
        { "lustre", "@/file: (0x00000001) exists, archive_id:1", "Resident" },
        { "lustre", "@/file: (0x00000009) exists archived, archive_id:1", "Dual" },
        { "lustre", "@/file: (0x00000019) exists archived never_release, archive_id:1", "Dual" },
        { "lustre", "@/file: (0x0000000b) exists dirty archived, archive_id:1", "Dirty" },
        { "lustre", "@/file: (0x0000000d) released exists archived, archive_id:1", "Offline" },
        { "lustre", "@/file: (0x00000049) exists archived lost_from_hsm, archive_id:1", "Resident" },
        { "lustre", "@/file: (0x0000004d) released exists archived lost_from_hsm, archive_id:1", "Lost" },
        { "lustre", "@/file: (0x00000009) exists archived, archive_id:1\n@/file: NOOP", "Dual" },
        { "lustre", "@/file: (0x00000001) exists, archive_id:1\n@/file: ARCHIVE running (123 bytes moved)", "Migrating" },
        { "lustre", "@/file: (0x0000000d) released exists archived, archive_id:1\n@/file: RESTORE waiting", "Recalling" },
        { "lustre", "@/other: (0x00000009) exists archived, archive_id:1", "Unknown" },
        { "eeadm:pool1@ts4500", "P  2  JD0099JD@POOL_JD@ts4500  MB0355JE@POOL_JE@ts4500  -   -- @/file", "Dual" },
        { "eeadm:pool1@ts4500", "M  1  MB0355JE@POOL_JE@ts4500  -                        -   -- @/file", "Offline" },
        { "eeadm:pool1@ts4500", "R  0  -                        -                        -   -- @/file", "Resident" },
        { "eeadm:pool1@ts4500", "P  0  -                        -                        -   -- @/file", "Unknown" },
        { "eeadm:pool1@ts4500", "P  1  JD0099JD@POOL_JD@ts4500  -                        -   -- @/file.old", "Unknown" },
        { "dsm", "      Actual     Resident     Resident  File   File\n        Size         Size     Blk (KB)  State  Name\n      102400       102400          100   p     file", "Dual" },
        { "dsm", "      102400            0            0   m     file", "Offline" },
        { "dsm", "      102400       102400          100   r     file", "Resident" },
        { "dsm", "      102400       102400          100   -     file", "Unknown" },
        { "dsm", "       <dir>         8192            8   -     file/", "Unknown" },
        { "stornext", "  Filename:      @/file\n   Location:  DISK AND ARCHIVE\n   Existing Copies: 1\n   Target Copies:  1", "Dual" },
        { "stornext", "  Filename:      @/file\n   Location:  DISK AND ARCHIVE\n   Existing Copies: 1\n   Target Copies:  2", "Migrating" },
        { "stornext", "  Filename:      @/file\n   Location:  DISK AND TAPE\n   Existing Copies: 2\n   Target Copies:  2", "Dual" },
        { "stornext", "  Filename:      @/file\n   Location:  DISK\n   Existing Copies: 0\n   Target Copies:  1", "Resident" },
        { "stornext", "  Filename:      @/file\n   Location:  ARCHIVE\n   Existing Copies: 1\n   Target Copies:  1", "Offline" },
        { "stornext", "  Filename:      @/file\n   Location:  DISK AND ARCHIVE", "Migrating" },
        { "beegfs:1", "OK  PATH   EXPLANATION\n\u2705   /file  Target 1: File is synced based on the remote storage target.", "Dual" },
        { "beegfs:1", "\u2601\ufe0f\u200c  /file  Target 1: File contents are offloaded to this target.", "Offline" },
        { "beegfs:1", "\u26a0\ufe0f\u200c  /file  Target 1: File is not synced with remote storage target.", "Dirty" },
        { "beegfs:1", "\u2b55   /file  Target 1: Path has not been synchronized with this targets yet.", "Resident" },
        { "beegfs:1", "Synchronized (1)    /file  Target 1: File is synced based on the remote storage target.", "Dual" },
        { "beegfs:1", "Unsynchronized (3)  /file  Target 1: File is not synced with remote storage target.", "Dirty" },
        { "beegfs:1", "\u26d4  /file  No remote targets were specified or configured on this entry.", "Unknown" },
        { "beegfs:1", "\u2705   /other  Target 1: File is synced based on the remote storage target.", "Unknown" },
        { "gpfs-script:/bin/true", "file name:            @/file\nflags:\nMisc attributes:      ARCHIVE\nEncrypted:            no\ndmapi.IBMTPS:         \"1\"\ndmapi.IBMPMig:        \"1\"", "Dual" },
        { "gpfs-script:/bin/true", "file name:            @/file\nMisc attributes:      ARCHIVE OFFLINE\nEncrypted:            no", "Offline" },
        { "gpfs-script:/bin/true", "file name:            @/file\nMisc attributes:      ARCHIVE\ndmapi.IBMObj:         \"1\"", "Offline" },
        { "gpfs-script:/bin/true", "file name:            @/file\nMisc attributes:      ARCHIVE\nEncrypted:            no", "Resident" },
        { "gpfs-script:/bin/true", "file name:            @/file\nflags:", "Unknown" },
        { "sam", "@/file:\n    mode: -rw-r--r--    links:   1\n    archdone;\n    copy 1: ---- May 21 10:29  1e4b1.1    lt DLT001\n    access:      May 21 10:29", "Dual" },
        { "sam", "@/file:\n    mode: -rw-r--r--    links:   1\n    archdone;\n    copy 1: S--- May 21 10:29  1e4b1.1    lt DLT001\n    access:      May 21 10:29", "Dirty" },
        { "sam", "@/file:\n    mode: -rw-r--r--    links:   1\n    copy 1: ---- May 21 10:29  1e4b1.1    lt DLT001\n    access:      May 21 10:29", "Resident" },
        { "sam", "@/file:\n    mode: -rw-r--r--    links:   1\n    offline;  archdone;\n    copy 1: ---- May 21 10:29  1e4b1.1    lt DLT001\n    access:      May 21 10:29", "Offline" },
        { "sam", "@/file:\n    mode: -rw-r--r--    links:   1\n    offline;  damaged;  archdone;\n    access:      May 21 10:29", "Lost" },
        { "sam", "@/file:\n    mode: -rw-r--r--    links:   1\n    access:      May 21 10:29", "Resident" },
        { "sam", "@/file:\n    mode: -rw-r--r--    links:   1", "Unknown" },
        { "cmd", "dual", "Dual" },
        { "cmd", "OFFLINE @/file", "Offline" },
        { "cmd", "recalling: 3 tapes ahead", "Recalling" },
        { "cmd", "DUL", "Dual" },
        { "cmd", "dual-ish", "Unknown" },
        { "cmd", "yes", "Unknown" },
    };

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_answer_is_read_as_it_is_meant(string system, string answer, string state)
    {
        File.WriteAllText(_scratch["answer"], answer.Replace("@", _scratch.Directory, StringComparison.Ordinal) + "\n");
        var driver = Prints($"cat {_scratch["answer"]}", system);
        Assert.Equal(Enum.Parse<MigrationState>(state), driver.StateOf([_scratch["file"]], new Cancellation())[_scratch["file"]]);
    }

    [Theory]
    [InlineData("dmf", 0, Verdict.Queued)]
    [InlineData("dmf", 1, Verdict.Retry)]
    [InlineData("lustre", 0, Verdict.Queued)]
    [InlineData("lustre", 1, Verdict.Refuse)]
    [InlineData("lustre", 2, Verdict.Refuse)]
    [InlineData("lustre", 11, Verdict.Retry)]
    [InlineData("lustre", 16, Verdict.Retry)]
    [InlineData("lustre", 22, Verdict.Fatal)]
    [InlineData("lustre", 25, Verdict.Fatal)]
    [InlineData("lustre", 95, Verdict.Fatal)]
    [InlineData("lustre", 116, Verdict.Retry)]
    [InlineData("eeadm:pool1", 0, Verdict.Done)]
    [InlineData("eeadm:pool1", 1, Verdict.Retry)]
    [InlineData("dsm", 0, Verdict.Done)]
    [InlineData("dsm", 4, Verdict.Retry)]
    [InlineData("dsm", 8, Verdict.Done)]
    [InlineData("dsm", 12, Verdict.Retry)]
    [InlineData("stornext", 0, Verdict.Done)]
    [InlineData("stornext", 1, Verdict.Retry)]
    [InlineData("beegfs:1", 0, Verdict.Queued)]
    [InlineData("beegfs:1", 2, Verdict.Retry)]
    [InlineData("gpfs-script:@", 0, Verdict.Done)]
    [InlineData("gpfs-script:@", 1, Verdict.Retry)]
    [InlineData("sam", 0, Verdict.Queued)]
    [InlineData("sam", 1, Verdict.Retry)]
    [InlineData("cmd", 0, Verdict.Queued)]
    [InlineData("cmd", 75, Verdict.Retry)]
    [InlineData("cmd", 77, Verdict.Refuse)]
    [InlineData("cmd", 127, Verdict.Fatal)]
    public void An_exit_status_means_what_it_means_there(string system, int status, object verdict)
    {
        var driver = Prints($"exit {status}", system);
        File.WriteAllText(_scratch["file"], "");
        Assert.Equal(verdict, driver.Migrate([_scratch["file"]], new Cancellation())[_scratch["file"]].Verdict);
    }

    [Fact]
    public void A_command_that_is_killed_may_be_made_again()
    {
        var outcome = Prints("kill -9 $$", "lustre").Migrate([_scratch["file"]], new Cancellation())[_scratch["file"]];
        Assert.Equal(new VerbOutcome(Verdict.Retry, "lfs hsm_archive was killed by signal 9"), outcome);
    }

    [Fact]
    public void Commands_speak_the_language_that_is_read_here_and_get_full_names_as_words()
    {
        var driver = Prints($"printf '%s\\n' \"$LC_ALL\" \"$@\" > {_scratch["words"]}; exit 0", "lustre:3");
        driver.Migrate([_scratch["a b"], _scratch["-c\nd"]], new Cancellation());
        Assert.Equal($"C\nhsm_archive\n--archive\n3\n{_scratch["a b"]}\n{_scratch["-c\nd"]}\n", File.ReadAllText(_scratch["words"]));
    }

    [Theory]
    [InlineData("dmf")]
    [InlineData("eeadm:pool1")]
    public void A_name_that_would_be_two_in_a_list_is_refused(string system) =>
        Assert.Equal(Verdict.Refuse, Prints("exit 0", system).Migrate([_scratch["a\nb"]], new Cancellation())[_scratch["a\nb"]].Verdict);

    /// <summary>A system all of whose commands are that script.</summary>
    private MigrationSystem Prints(string script, string system)
    {
        system = system.Replace("@", _scratch["hsmcontrol"], StringComparison.Ordinal);
        File.WriteAllText(_scratch["script"], script);
        foreach (var program in MigrationKinds.All.SelectMany(kind => kind.Programs).Append("hsmcontrol"))
        {
            File.CreateSymbolicLink(_scratch[program], FakeHsm.Folder("scripted"));
        }

        var own = system == "cmd" ? new MigrationCommands(_scratch["lfs"], _scratch["lfs"]) : new MigrationCommands();
        return MigrationSystem.Find(system, own, new ProgramSearch(_scratch.Directory), FakeHsm.Fast);
    }
}
