"""English: numbers and their intervals, units, modifiers, cues, quotation marks and dates."""
