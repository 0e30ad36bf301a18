using System.Collections;
using System.Globalization;
using System.Text;
using QRCoder;

namespace Palisade.Web.Components.Account;

/// <summary>
/// A QR code as the outline of its dark squares: one path of an SVG, which needs no style and no script.
/// </summary>
/// <param name="Size">Squares along one side, with the quiet zone of ISO/IEC 18004 (four on each side).</param>
/// <param name="Path">The <c>d</c> of the path, one unit per square.</param>
internal sealed record QrCode(int Size, string Path)
{
    /// <summary>Made anew in memory: nothing of the text is kept.</summary>
    public static QrCode Of(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        for (var y = 0; y < data.ModuleMatrix.Count; y++)
        {
            AppendRow(path, data.ModuleMatrix[y], y);
        }

        return new QrCode(data.ModuleMatrix.Count, path.ToString());
    }

    private static void AppendRow(StringBuilder path, BitArray row, int y)
    {
        for (var x = 0; x < row.Length; x++)
        {
            var start = x;
            while (x < row.Length && row[x])
            {
                x++;
            }

            if (x > start)
            {
                path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h-{x - start}z");
            }
        }
    }
}
