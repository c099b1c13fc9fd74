using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Consortium.Hosting.Tests.Storage;

/// <summary>Runs a test as somebody who may read a folder and not write it, also where tests run as root.</summary>
[SupportedOSPlatform("linux")]
internal static class CannotWrite
{
    private const uint Nobody = 65_534;
    private const UnixFileMode ReadFile = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ReadFolder =
        ReadFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="test">Runs on one thread, whose user for files is nobody where it was root.</param>
    public static async Task RunAsync(string folder, Action test)
    {
        foreach (string file in Directory.GetFiles(folder))
        {
            File.SetUnixFileMode(file, ReadFile);
        }

        File.SetUnixFileMode(folder, ReadFolder);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            bool isRoot = Environment.IsPrivilegedProcess;
            Exception? failed = null;
            try
            {
                if (isRoot)
                {
                    _ = SetFileUser(Nobody);
                }

                test();
            }
            catch (Exception exception)
            {
                failed = exception;
            }
            finally
            {
                if (isRoot)
                {
                    _ = SetFileUser(0);
                }
            }

            if (failed is null)
            {
                done.SetResult();
            }
            else
            {
                done.SetException(failed);
            }
        });
        thread.Start();
        try
        {
            await done.Task;
        }
        finally
        {
            File.SetUnixFileMode(folder, ReadFolder | UnixFileMode.UserWrite);
        }
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetFileUser(uint user);
}
