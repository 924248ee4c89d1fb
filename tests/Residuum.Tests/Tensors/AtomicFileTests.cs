using Residuum.Foundation;

namespace Residuum.Tests.Tensors;

public sealed class AtomicFileTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("residuum-files-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_is_created_and_replaced_and_nothing_else_is_left()
    {
        var path = Target("file.bin");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));
        AtomicFile.Write(path, stream => stream.Write([4, 5]));
        Assert.Equal([4, 5], File.ReadAllBytes(path));
        Assert.Single(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void A_failure_in_the_middle_leaves_the_old_file_as_it_was()
    {
        var path = Target("file.bin");
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new InvalidOperationException();
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void A_full_disk_is_named()
    {
        var path = Target("file.bin");
        var full = new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);
        var message = Assert.Throws<ResiduumException>(() => AtomicFile.Write(path, _ => throw full)).Message;
        Assert.Contains("the disk is full", message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [SkippableFact]
    public void The_system_itself_reports_a_full_device_so()
    {
        Skip.IfNot(File.Exists("/dev/full"), "This system has no /dev/full.");
        var message = Assert.Throws<ResiduumException>(() => AtomicFile.Write("/dev/full", stream => stream.Write([1]))).Message;
        Assert.Contains("the disk is full", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_folders_folders_and_empty_paths_are_refused()
    {
        Assert.Contains("its folder does not exist", Refused(Path.Combine(_folder.FullName, "absent", "x")), StringComparison.Ordinal);
        Assert.Contains("is a folder", Refused(_folder.FullName), StringComparison.Ordinal);
        Refused("");
        Refused("a\0b");
    }

    [SkippableFact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux has a folder that nobody may write, the administrator included.");
        var message = Refused("/proc/residuum-test");
        Assert.Contains("/proc/residuum-test", message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_link_stays_and_the_file_behind_it_is_replaced()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        var (path, link) = (Target("file.bin"), Target("link.bin"));
        File.WriteAllBytes(path, [1]);
        File.CreateSymbolicLink(link, path);
        AtomicFile.Write(link, stream => stream.Write([2]));
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal([2], File.ReadAllBytes(path));
    }

    static string Refused(string path) =>
        Assert.Throws<ResiduumException>(() => AtomicFile.Write(path, stream => stream.WriteByte(1))).Message;

    string Target(string name) => Path.Combine(_folder.FullName, name);
}
