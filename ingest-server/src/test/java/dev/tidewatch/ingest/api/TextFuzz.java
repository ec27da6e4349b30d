package dev.tidewatch.ingest.api;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.ingest.catalog.LabelSelector;
import dev.tidewatch.ingest.catalog.SeriesDescription;
import dev.tidewatch.ingest.export.ExportCursor;
import dev.tidewatch.ingest.query.RangeCursor;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.ingest.units.UcumUnits;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.SeriesName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Fuzz target: texts and small messages of the control plane. The first byte says which reader gets
 * the rest: page token, resume token, label selector, unit, series name, description of a series,
 * selection and range. Each either understands it, and then says the same again when asked with
 * what it understood, or refuses it as documented.
 */
public final class TextFuzz {
  private static final int READERS = 7;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*");
  private static final int UNIT_CHARACTERS_MAX = 64;
  private static final int SELECTOR_BYTES_MAX = 4_096;
  private static final int TOKEN_CHARACTERS_MAX = 1_024;

  private TextFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    String text = new String(rest, StandardCharsets.UTF_8);
    Effort.bounded(
        bytes.length,
        () -> {
          switch ((bytes[0] & 0xff) % READERS) {
            case 0 -> pageToken(text);
            case 1 -> resumeToken(text);
            case 2 -> labelSelector(text);
            case 3 -> unit(text);
            case 4 -> seriesName(text);
            case 5 -> description(rest);
            default -> selection(rest);
          }
          return true;
        });
  }

  private static void pageToken(String text) {
    if (text.length() > TOKEN_CHARACTERS_MAX) {
      return;
    }
    try {
      String after = Pages.after(text);
      require(
          after.isEmpty() || Pages.after(Pages.token(after)).equals(after), "token of " + after);
    } catch (InvalidArgument e) {
      require(e.reason().equals("FIELD_INVALID"), e.reason());
    }
    if (text.indexOf('\0') < 0) {
      require(Pages.after(Pages.token(text)).equals(text), "token of " + text);
    }
  }

  private static void resumeToken(String text) {
    if (text.length() > TOKEN_CHARACTERS_MAX) {
      return;
    }
    try {
      RangeCursor cursor = RangeCursor.parse(text);
      require(RangeCursor.parse(cursor.token()).equals(cursor), "token of " + cursor);
    } catch (IllegalArgumentException e) {
      require(!String.valueOf(e.getMessage()).isBlank(), "no message");
    }
    try {
      ExportCursor cursor = ExportCursor.parse(text);
      require(ExportCursor.parse(cursor.token()).equals(cursor), "token of " + cursor);
    } catch (IllegalArgumentException e) {
      require(!String.valueOf(e.getMessage()).isBlank(), "no message");
    }
  }

  private static void labelSelector(String text) {
    if (text.length() > SELECTOR_BYTES_MAX) {
      return;
    }
    LabelSelector selector;
    try {
      selector = LabelSelector.parse(text);
    } catch (IllegalArgumentException e) {
      require(!String.valueOf(e.getMessage()).isBlank(), "no message");
      return;
    }
    var written = new StringBuilder();
    for (LabelSelector.Condition condition : selector.conditions()) {
      written.append(written.isEmpty() ? "" : ",").append(written(condition));
    }
    require(
        LabelSelector.parse(written.toString()).equals(selector),
        "'" + written + "' is not what was read from '" + text + "'");
  }

  private static String written(LabelSelector.Condition condition) {
    Set<String> values = condition.values();
    if (values.isEmpty()) {
      return (condition.negated() ? "!" : "") + condition.key();
    }
    if (values.size() == 1 && !values.iterator().next().startsWith("=")) {
      return condition.key() + (condition.negated() ? "!=" : "=") + values.iterator().next();
    }
    return condition.key()
        + (condition.negated() ? " notin (" : " in (")
        + String.join(" ", values)
        + ")";
  }

  private static void unit(String text) {
    if (text.length() > UNIT_CHARACTERS_MAX) {
      return;
    }
    if (UcumUnits.isKnown(text)) {
      boolean flat = text.isEmpty() || text.indexOf('(') >= 0 || text.endsWith("{");
      require(flat || UcumUnits.isKnown("(" + text + ").m"), text + " in parentheses");
    } else {
      UcumUnits.nearest(text)
          .ifPresent(near -> require(UcumUnits.isKnown(near), near + " is suggested"));
    }
  }

  private static void seriesName(String text) {
    boolean expected = text.length() <= 255 && NAME.matcher(text).matches();
    try {
      require(new SeriesName(text).value().equals(text) && expected, text + " is taken");
    } catch (IllegalArgumentException e) {
      require(!expected, text + " is refused");
      require(
          String.valueOf(e.getMessage()).chars().allMatch(c -> c >= 0x20 && c < 0x7f),
          "the message repeats characters that are not printable");
    }
  }

  private static void description(byte[] bytes) {
    try {
      SeriesDescription description = ProtoSeries.description(Series.parseFrom(bytes));
      require(UcumUnits.isKnown(description.unit()), "unit " + description.unit());
      require(description.labels().size() <= SeriesDescription.LABELS_MAX, "labels");
    } catch (InvalidArgument e) {
      require(e.violations().size() == 1, "violations of " + e.reason());
    } catch (InvalidProtocolBufferException e) {
      // Refused before it gets here.
    }
  }

  private static void selection(byte[] bytes) {
    try {
      var request = QueryReadingsRequest.parseFrom(bytes);
      Protos.selection(request.getSelection());
      TimeSpan span = Protos.span(request.getRange(), "range");
      require(span.fromMicros() <= span.toMicros(), "span " + span);
    } catch (InvalidArgument e) {
      require(e.violations().size() == 1, "violations of " + e.reason());
    } catch (InvalidProtocolBufferException e) {
      // Refused before it gets here.
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
