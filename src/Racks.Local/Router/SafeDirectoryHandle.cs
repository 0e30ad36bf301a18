using Microsoft.Win32.SafeHandles;

namespace Palisade.Racks.Local.Router;

/// <summary>An open directory.</summary>
internal sealed class SafeDirectoryHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public SafeDirectoryHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    public int Descriptor => (int)handle;

    protected override bool ReleaseHandle()
    {
        Native.CloseDescriptor((int)handle);
        return true;
    }
}
