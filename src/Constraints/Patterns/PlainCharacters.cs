namespace DecodeAlign.Constraints;

/// <summary>The characters that stand for themselves in a JSON string: all from U+0020 on but the quotation mark and the backslash.</summary>
internal static class PlainCharacters
{
    /// <summary>The state that every one of them leads to from a state; −1: there is none.</summary>
    public static int After(Dfa automaton, int state)
    {
        var target = automaton.Step(state, (byte)'a');
        if (target < 0) return -1;
        for (var value = 0x20; value < 0x80; value++)
            if (value is not ('"' or '\\') && automaton.Step(state, (byte)value) != target) return -1;
        return AfterHigh(automaton, state) == target ? target : -1;
    }

    /// <summary>The state that every character beyond ASCII leads to from a state; −1: there is none.</summary>
    public static int AfterHigh(Dfa automaton, int state)
    {
        var target = automaton.Step(state, 0xC2);
        if (target >= 0) target = automaton.Step(target, 0x80);
        if (target < 0) return -1;
        return Leads(automaton, state, 0xC2, 0xDF, target, 1) && Leads(automaton, state, 0xE1, 0xEC, target, 2) && Leads(automaton, state, 0xEE, 0xEF, target, 2) && Leads(automaton, state, 0xF1, 0xF3, target, 3)
            && Leads(automaton, automaton.Step(state, 0xE0), 0xA0, 0xBF, target, 1) && Leads(automaton, automaton.Step(state, 0xED), 0x80, 0x9F, target, 1)
            && Leads(automaton, automaton.Step(state, 0xF0), 0x90, 0xBF, target, 2) && Leads(automaton, automaton.Step(state, 0xF4), 0x80, 0x8F, target, 2) ? target : -1;
    }

    /// <summary>Whether any of them may begin at a state.</summary>
    public static bool ReadsHigh(Dfa automaton, int state)
    {
        for (var value = 0xC2; value < 0xF5; value++)
            if (automaton.Step(state, (byte)value) >= 0) return true;
        return false;
    }

    /// <summary>The characters of a text if all of them stand for themselves; −1: one does not, or the text is cut within a character.</summary>
    public static int Count(ReadOnlySpan<byte> text)
    {
        var count = 0;
        while (!text.IsEmpty)
        {
            if (text[0] is < 0x20 or (byte)'"' or (byte)'\\' || System.Text.Rune.DecodeFromUtf8(text, out _, out var length) != System.Buffers.OperationStatus.Done) return -1;
            text = text[length..];
            count++;
        }
        return count;
    }

    // whether each byte of a range, with so many continuation bytes after it, leads to the target
    private static bool Leads(Dfa automaton, int state, byte first, byte last, int target, int more)
    {
        if (state < 0) return false;
        var next = automaton.Step(state, first);
        if (next < 0) return false;
        for (var value = first + 1; value <= last; value++)
            if (automaton.Step(state, (byte)value) != next) return false;
        return more == 0 ? next == target : Leads(automaton, next, 0x80, 0xBF, target, more - 1);
    }
}
