package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Checks which series a request means. */
final class Selections {
  private static final int NAMES_MAX = 10_000;
  private static final int NAME_BYTES_MAX = 255;
  private static final int LABEL_SELECTOR_BYTES_MAX = 4096;

  private Selections() {}

  /**
   * What the contract's rules say of a selection. Evaluated by the general validator, the rules of
   * a thousand names cost more than reading their newest values.
   *
   * @throws InvalidArgument FIELD_INVALID
   */
  static void check(SeriesSelection selection, String field) {
    if (selection.getNamesCount() > NAMES_MAX) {
      throw InvalidArgument.field(
          field + ".names", "must have at most " + NAMES_MAX + " items; ask in parts");
    }
    for (int i = 0; i < selection.getNamesCount(); i++) {
      String name = selection.getNames(i);
      if (name.isEmpty() || isLonger(name, NAME_BYTES_MAX)) {
        throw InvalidArgument.field(
            field + ".names[" + i + "]", "must have 1 to " + NAME_BYTES_MAX + " bytes");
      }
    }
    requireAtMost(NAME_BYTES_MAX, selection.getPrefix(), field + ".prefix");
    requireAtMost(
        LABEL_SELECTOR_BYTES_MAX, selection.getLabelSelector(), field + ".label_selector");
  }

  private static void requireAtMost(int bytesMax, String text, String field) {
    if (isLonger(text, bytesMax)) {
      throw InvalidArgument.field(field, "must have at most " + bytesMax + " bytes");
    }
  }

  private static boolean isLonger(String text, int bytes) {
    return text.length() > bytes / 3 && text.getBytes(StandardCharsets.UTF_8).length > bytes;
  }

  /**
   * @throws NotFound SERIES_UNKNOWN: a name in the selection
   */
  static void requireKnown(
      SeriesStore catalogue, dev.tidewatch.ingest.catalog.SeriesSelection selection) {
    if (selection.names().isEmpty()) {
      return;
    }
    Set<String> known = catalogue.ids(selection.names()).keySet();
    for (String name : selection.names()) {
      if (!known.contains(name)) {
        throw SeriesApi.unknown(name);
      }
    }
  }
}
