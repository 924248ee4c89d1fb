using System.Text;
using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>Checks text before it is written into a file.</summary>
static class WrittenText
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses text that UTF-8 cannot say: halves of surrogate pairs.</summary>
    public static void Check(string text, string kind, string file)
    {
        try { StrictUtf8.GetByteCount(text); }
        catch (EncoderFallbackException error)
        {
            throw new ResiduumException($"The {kind} {file} cannot be written: the text {Printable.Quote(text)} is not valid Unicode; "
                + "change it.", error);
        }
    }
}
