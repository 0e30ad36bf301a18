using Microsoft.Win32.SafeHandles;

namespace Palisade.Racks.Local.Machine;

/// <summary>An open directory.</summary>
internal sealed class SafeDirectoryHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public SafeDirectoryHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    public int Descriptor => (int)handle;

    protected override bool ReleaseHandle()
    {
        _ = Native.Close((int)handle);
        return true;
    }
}
