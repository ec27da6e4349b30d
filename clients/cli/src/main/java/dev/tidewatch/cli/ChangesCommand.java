package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.Moments;
import dev.tidewatch.proto.ingest.v1.QueryChangesRequest;
import dev.tidewatch.proto.ingest.v1.QueryChangesResponse;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsDeletion;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import dev.tidewatch.proto.type.v1.FeedToken;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what differs between two commits. */
@Command(
    name = "changes",
    description = {
      "Show what differs between two commits of the feed, summed up: a reading that changed twice",
      "comes once. 'export --json' and 'train --json' tell positions of the feed."
    },
    footer = {
      "  tidewatch changes --after 1:4711",
      "  tidewatch changes 'hq/*' --after 1:4711 --through 1:5000",
      "  tidewatch changes --after 1:4711 --json | jq -r 'select(.readings) | .series'"
    })
final class ChangesCommand implements Callable<Integer> {
  private static final Pattern POSITION = Pattern.compile("(\\d{1,18}):(\\d{1,18})");

  private final Session session;

  @Mixin private final SelectionOptions selection = new SelectionOptions();

  @Mixin private final RangeOptions range = new RangeOptions();

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(
      names = "--after",
      required = true,
      paramLabel = "EPOCH:POSITION",
      description = "The commit that is known.")
  private String after;

  @Option(
      names = "--through",
      paramLabel = "EPOCH:POSITION",
      description = "The commit to compare with (the newest).")
  private @Nullable String through;

  ChangesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var request =
        QueryChangesRequest.newBuilder()
            .setSelection(selection.selection())
            .setRange(range.range(session))
            .setAfter(position("--after", after));
    if (through != null) {
      request.setThrough(position("--through", through));
    }
    FeedToken compared = request.getAfter();
    boolean any = false;
    try (var stream = session.tidewatch().ingest().changes(request.build())) {
      while (stream.hasNext()) {
        QueryChangesResponse message = stream.next();
        compared = message.getFeedPosition();
        var table =
            new Table().left("SERIES").left("CHANGE").right("READINGS").whole("FROM").whole("TO");
        for (ShardSection section : message.getSectionsList()) {
          section.getSeriesList().forEach(change -> show(change, table));
          section.getDeletionsList().forEach(deletion -> show(deletion, table));
          section.getReadingsList().forEach(change -> show(change, table));
        }
        any |= !table.isEmpty();
        session.print(table);
      }
    }
    if (session.json()) {
      session.print(
          Session.object()
              .put("feed_position", compared.getEpoch() + ":" + compared.getPosition()));
    } else {
      session.say(
          "%s up to %d:%d."
              .formatted(
                  any ? "Everything" : "Nothing changed",
                  compared.getEpoch(),
                  compared.getPosition()));
    }
    return ExitCode.OK;
  }

  private static FeedToken position(String option, String text) {
    Matcher parts = POSITION.matcher(text);
    if (!parts.matches()) {
      throw new UsageException(option + ": '" + text + "' is not written like 1:4711");
    }
    return FeedToken.newBuilder()
        .setEpoch(Long.parseLong(parts.group(1)))
        .setPosition(Long.parseLong(parts.group(2)))
        .build();
  }

  private void show(SeriesChange change, Table table) {
    String kind = word(ProtoJson.bare(change.getKind().getValueDescriptor()));
    line(table, change.getSeries().getName(), "series " + kind, -1, "", "");
  }

  private void show(ReadingsDeletion deletion, Table table) {
    line(
        table,
        deletion.getSeries(),
        "deleted",
        -1,
        deletion.hasStartTime() ? session.show(deletion.getStartTime()) : "",
        deletion.hasEndTime() ? session.show(deletion.getEndTime()) : "");
  }

  private void show(ReadingsChange change, Table table) {
    List<Long> times = change.getTimesMicrosList();
    long first = times.stream().mapToLong(Long::longValue).min().orElse(0);
    long last = times.stream().mapToLong(Long::longValue).max().orElse(0);
    line(
        table,
        change.getSeries(),
        word(ProtoJson.bare(change.getKind().getValueDescriptor())),
        times.size(),
        session.show(Moments.ofMicros(first)),
        session.show(Moments.ofMicros(last)));
  }

  /** One object a change for scripts. */
  private void line(
      Table table, String series, String change, int readings, String from, String to) {
    if (!session.json()) {
      table.row(series, change, readings < 0 ? "" : Numbers.count(readings), from, to);
      return;
    }
    ObjectNode row = Session.object().put("series", series).put("change", change);
    if (readings >= 0) {
      row.put("readings", readings);
    }
    if (!from.isEmpty()) {
      row.put("from", from);
    }
    if (!to.isEmpty()) {
      row.put("to", to);
    }
    session.print(row);
  }

  private static String word(String constant) {
    return constant.toLowerCase(Locale.ROOT);
  }
}
