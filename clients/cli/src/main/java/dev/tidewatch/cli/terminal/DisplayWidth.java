package dev.tidewatch.cli.terminal;

import java.util.regex.Pattern;

/** How many terminal cells a text takes. */
final class DisplayWidth {
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

  private DisplayWidth() {}

  /** Colour codes and combining marks take none, East Asian wide characters and emoji two. */
  static int of(String text) {
    String visible = text.indexOf('\u001b') < 0 ? text : COLOUR.matcher(text).replaceAll("");
    return visible.codePoints().map(DisplayWidth::of).sum();
  }

  private static int of(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT
        || type == Character.CONTROL) {
      return 0;
    }
    boolean wide =
        (codePoint >= 0x1100 && codePoint <= 0x115f)
            || (codePoint >= 0x2e80 && codePoint <= 0xa4cf)
            || (codePoint >= 0xac00 && codePoint <= 0xd7a3)
            || (codePoint >= 0xf900 && codePoint <= 0xfaff)
            || (codePoint >= 0xfe30 && codePoint <= 0xfe6f)
            || (codePoint >= 0xff00 && codePoint <= 0xff60)
            || (codePoint >= 0x1f300 && codePoint <= 0x1faff);
    return wide ? 2 : 1;
  }

  /** Cuts a text to a width, with an ellipsis where something is lost. */
  static String cut(String text, int width) {
    if (of(text) <= width) {
      return text;
    }
    var kept = new StringBuilder();
    int used = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      int cells = of(codePoint);
      if (used + cells > width - 1) {
        break;
      }
      kept.appendCodePoint(codePoint);
      used += cells;
      i += Character.charCount(codePoint);
    }
    return kept.append('…').toString();
  }
}
