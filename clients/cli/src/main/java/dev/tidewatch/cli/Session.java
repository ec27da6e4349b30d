package dev.tidewatch.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.cli.terminal.Style;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.Durations;
import dev.tidewatch.cli.time.Moments;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the commands of one run share: the options that all understand, output, the connection. */
final class Session implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Surroundings surroundings;
  private final GlobalOptions options;
  private @Nullable Tidewatch tidewatch;

  Session(Surroundings surroundings, GlobalOptions options) {
    this.surroundings = surroundings;
    this.options = options;
  }

  GlobalOptions options() {
    return options;
  }

  /** Connects at the first use. */
  Tidewatch tidewatch() {
    if (tidewatch == null) {
      options.check();
      tidewatch = Tidewatch.connect(options.connection(surroundings.environment()));
    }
    return tidewatch;
  }

  PrintStream out() {
    return surroundings.out();
  }

  PrintStream err() {
    return surroundings.err();
  }

  Map<String, String> environment() {
    return surroundings.environment();
  }

  InstantSource clock() {
    return surroundings.clock();
  }

  boolean json() {
    return options.json;
  }

  boolean terminal() {
    return surroundings.terminal();
  }

  int columns() {
    return surroundings.columns();
  }

  Style style() {
    boolean plain =
        !surroundings.terminal()
            || options.noColor
            || options.json
            || !surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty();
    return plain ? Style.PLAIN : Style.COLOURED;
  }

  /** A time given on the command line. */
  Instant moment(String option, String text) {
    try {
      return new Moments(surroundings.clock(), options.zone()).parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }

  /** As {@link #moment}, if given. */
  @Nullable Instant momentIfGiven(String option, @Nullable String text) {
    return text == null ? null : moment(option, text);
  }

  /** A length of time given on the command line. */
  Duration duration(String option, String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }

  /** A time as ISO-8601 in the chosen zone. */
  String show(Instant time) {
    ZoneId zone = options.zone();
    OffsetDateTime there = time.atZone(zone).toOffsetDateTime();
    if (there.getOffset().equals(ZoneOffset.UTC)) {
      return DateTimeFormatter.ISO_INSTANT.format(time);
    }
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(there);
  }

  String show(Timestamp time) {
    return show(ProtoTimes.instant(time));
  }

  void print(String line) {
    surroundings.out().println(line);
  }

  /** A table without rows is not shown at all. */
  void print(Table table) {
    if (table.isEmpty()) {
      return;
    }
    // A file or a pipe may be as wide as it likes.
    int width = surroundings.terminal() ? surroundings.columns() : Integer.MAX_VALUE;
    table.lines(style(), width).forEach(surroundings.out()::println);
  }

  void print(JsonNode node) {
    try {
      surroundings.out().println(JSON.writeValueAsString(node));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  void print(Message message) {
    print(ProtoJson.object(message));
  }

  /** One array. */
  void print(List<? extends Message> messages) {
    ArrayNode array = JSON.createArrayNode();
    messages.forEach(message -> array.add(ProtoJson.object(message)));
    print(array);
  }

  /**
   * Does something to each, and tells of each as soon as it is done; scripts get one array when all
   * is done.
   *
   * @param line for people
   */
  <T, M extends Message> void printEach(
      List<T> targets, Function<T, M> act, Function<M, String> line) {
    var done = new ArrayList<M>();
    for (T target : targets) {
      M result = act.apply(target);
      done.add(result);
      if (!json()) {
        print(line.apply(result));
      }
    }
    if (json()) {
      print(done);
    }
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Something for people beside the output; not shown to scripts. */
  void say(String line) {
    if (!options.json) {
      surroundings.err().println(line);
    }
  }

  void warn(String line) {
    surroundings.err().println(style().yellow("warning:") + " " + line);
  }

  /** As {@link Progress}; silent for scripts. */
  Progress progress(String label, String unit, long total) {
    PrintStream to =
        options.json ? new PrintStream(java.io.OutputStream.nullOutputStream()) : err();
    return new Progress(
        to, surroundings.terminal(), surroundings.columns(), System::nanoTime, label, unit, total);
  }

  @Override
  public void close() {
    if (tidewatch != null) {
      tidewatch.close();
    }
    surroundings.out().flush();
    surroundings.err().flush();
  }
}
