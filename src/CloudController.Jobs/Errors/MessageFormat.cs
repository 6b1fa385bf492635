using System.Globalization;
using System.Runtime.CompilerServices;

namespace CloudController.Jobs.Errors;

/// <summary>The part of sprintf that catalogue messages use: <c>%s</c>, <c>%d</c>, <c>%i</c>, the same by position (<c>%1$s</c> to
/// <c>%99$s</c>), and <c>%%</c>. Anything else is refused when a catalogue is loaded, and stands for itself when filled.</summary>
internal static class MessageFormat
{
    /// <summary>What is wrong with a message, as the end of a sentence; <see langword="null"/> if nothing is.</summary>
    public static string? FindFault(string message)
    {
        var (inOrder, byPosition) = (false, false);
        for (var pieces = new Pieces(message); pieces.Read();)
        {
            if (pieces.IsUnknown)
                return $"has '{pieces.Text}', which is none of the formats %s, %d, %i, %1$s and %%";

            inOrder |= pieces.Argument > 0 && !pieces.IsByPosition;
            byPosition |= pieces.IsByPosition;
        }

        return inOrder && byPosition ? "takes arguments both in order (%s) and by position (%1$s)" : null;
    }

    public static int CountArguments(string message)
    {
        var highest = 0;
        for (var pieces = new Pieces(message); pieces.Read();)
            highest = Math.Max(highest, pieces.Argument);

        return highest;
    }

    /// <summary>Puts the arguments in, each as it is; one that is missing is empty.</summary>
    public static string Fill(string message, IReadOnlyList<string> arguments)
    {
        if (!message.Contains('%'))
            return message;

        var filled = new DefaultInterpolatedStringHandler(message.Length, arguments.Count);
        for (var pieces = new Pieces(message); pieces.Read();)
        {
            if (pieces.Argument == 0)
                filled.AppendFormatted(pieces.Text);
            else if (pieces.Argument <= arguments.Count)
                filled.AppendLiteral(arguments[pieces.Argument - 1]);
        }

        return filled.ToStringAndClear();
    }

    /// <summary>Reads a message piece by piece: literal text, or the place of an argument.</summary>
    private ref struct Pieces(string message)
    {
        private ReadOnlySpan<char> rest = message;
        private int taken;

        /// <summary>The literal text, where <see cref="Argument"/> is 0.</summary>
        public ReadOnlySpan<char> Text { get; private set; }

        /// <summary>Which argument stands here, from 1; 0 is text.</summary>
        public int Argument { get; private set; }

        public bool IsByPosition { get; private set; }

        /// <summary>The text is a percent sign that begins no known format, with the character after it.</summary>
        public bool IsUnknown { get; private set; }

        public bool Read()
        {
            (Argument, IsByPosition, IsUnknown) = (0, false, false);
            if (rest.IsEmpty)
                return false;

            var percent = rest.IndexOf('%');
            if (percent == 0)
                ReadFormat();
            else
                Text = Take(percent < 0 ? rest.Length : percent);

            return true;
        }

        private void ReadFormat()
        {
            switch (rest)
            {
                case ['%', '%', ..]:
                    Text = Take(2)[..1];
                    break;
                case ['%', 's' or 'd' or 'i', ..]:
                    Take(2);
                    Argument = ++taken;
                    break;
                case ['%', >= '1' and <= '9', '$', 's' or 'd' or 'i', ..]:
                    ReadPosition(digits: 1);
                    break;
                case ['%', >= '1' and <= '9', >= '0' and <= '9', '$', 's' or 'd' or 'i', ..]:
                    ReadPosition(digits: 2);
                    break;
                default:
                    Text = Take(Math.Min(2, rest.Length));
                    IsUnknown = true;
                    break;
            }
        }

        private void ReadPosition(int digits)
        {
            Argument = int.Parse(Take(digits + 3).Slice(1, digits), CultureInfo.InvariantCulture);
            IsByPosition = true;
        }

        private ReadOnlySpan<char> Take(int length)
        {
            var taken = rest[..length];
            rest = rest[length..];
            return taken;
        }
    }
}
