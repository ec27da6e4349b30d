package dev.tidewatch.monitor.story;

import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionStore;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.monitor.registry.AliasChange;
import dev.tidewatch.monitor.registry.Promotions;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * How good the champion was before it changed and how good the new one is since, and which aliases
 * were moved by others than the monitor. While the registry is away, what it alone knows is left
 * out, and a line says so.
 *
 * <p>Around a change of the champion, accuracy is that of the champion's own answers, with targets
 * in the {@value #WINDOW_DAYS} days before it and after it, as far as the version was champion.
 */
public final class AliasStory implements StorySource {
  private static final int WINDOW_DAYS = 7;
  private static final Duration WINDOW = Duration.ofDays(WINDOW_DAYS);
  private static final double LEVEL = 0.9;

  private final DecisionStore decisions;
  private final Promotions promotions;
  private final AccuracyStore accuracy;
  private final Predicate<String> isKnown;
  private final InstantSource clock;

  /**
   * @param isKnown whether the monitor has ever heard of a model
   * @param clock domain time
   */
  public AliasStory(
      DecisionStore decisions,
      Promotions promotions,
      AccuracyStore accuracy,
      Predicate<String> isKnown,
      InstantSource clock) {
    this.decisions = decisions;
    this.promotions = promotions;
    this.accuracy = accuracy;
    this.isKnown = isKnown;
    this.clock = clock;
  }

  /** What may be told; the figures are looked up only if it is. */
  private record Telling(Instant time, Supplier<Optional<StoryLine>> line) {}

  /** The champion changed. */
  private record Change(Instant time, String from, String to) {}

  @Override
  public List<StoryLine> lines(String model, TimeSpan span, int limit) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    List<Decision> decided = decisions.moves(model);
    var changes = new ArrayList<Change>();
    for (Decision decision : decided) {
      if (decision.alias().equals(Promotions.CHAMPION)) {
        changes.add(new Change(decision.time(), decision.from(), decision.to()));
      }
    }
    var tellings = new ArrayList<Telling>();
    try {
      Set<Long> told = decided.stream().map(Decision::aliasRevision).collect(Collectors.toSet());
      for (AliasChange move : promotions.history(model)) {
        if (told.contains(move.revision())) {
          continue;
        }
        tellings.add(new Telling(move.at(), () -> Optional.of(moved(move))));
        if (move.alias().equals(Promotions.CHAMPION)) {
          changes.add(new Change(move.at(), move.from(), move.to()));
        }
      }
    } catch (Unavailable e) {
      if (isKnown.test(model)) {
        tellings.add(away(span, now));
      }
    }
    changes.sort(Comparator.comparing(Change::time));
    tellings.addAll(0, around(model, changes, now));
    tellings.sort(Comparator.comparing(Telling::time)); // keeps the order of equals
    var lines = new ArrayList<StoryLine>();
    for (Telling telling : tellings) {
      boolean isAsked =
          span.from().map(from -> !telling.time().isBefore(from)).orElse(true)
              && span.to().map(to -> telling.time().isBefore(to)).orElse(true);
      if (isAsked && lines.size() < limit) {
        telling.line().get().ifPresent(lines::add);
      }
    }
    return lines;
  }

  /** Before each change of the champion, and after the ones that lasted. */
  private List<Telling> around(String model, List<Change> changes, Instant now) {
    var tellings = new ArrayList<Telling>();
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      Instant earliest = change.time().minus(WINDOW);
      Instant since =
          i > 0 && changes.get(i - 1).time().isAfter(earliest)
              ? changes.get(i - 1).time()
              : earliest;
      if (!change.from().isEmpty() && since.isBefore(change.time())) {
        tellings.add(
            new Telling(
                change.time(),
                () -> line(model, change.from(), since, change.time(), change.time(), "before")));
      }
      Instant latest = change.time().plus(WINDOW);
      Instant until = latest.isBefore(now) ? latest : now;
      boolean lasted = i + 1 == changes.size() || !changes.get(i + 1).time().isBefore(until);
      if (!change.to().isEmpty() && lasted && change.time().isBefore(until)) {
        tellings.add(
            new Telling(
                until, () -> line(model, change.to(), change.time(), until, until, "since")));
      }
    }
    return tellings;
  }

  private Optional<StoryLine> line(
      String model, String version, Instant from, Instant to, Instant time, String word) {
    AccuracyFigures figures = figures(model, version, from, to);
    if (figures.pairs() == 0) {
      return Optional.empty();
    }
    var named = new LinkedHashMap<String, Double>();
    var parts = new ArrayList<String>();
    figures
        .mape()
        .ifPresent(mape -> {
          named.put("mape", mape);
          parts.add(String.format(Locale.ROOT, "MAPE %.2f %%", mape));
        });
    figures
        .mae()
        .ifPresent(mae -> {
          named.put("mae", mae);
          parts.add(String.format(Locale.ROOT, "MAE %.4g", mae));
        });
    figures.intervals().stream()
        .min(Comparator.comparingDouble((IntervalFigures i) -> Math.abs(i.level() - LEVEL)))
        .ifPresent(interval -> {
          named.put("level", interval.level());
          named.put("coverage", interval.coverage());
          parts.add(
              String.format(
                  Locale.ROOT,
                  "the %.0f %% intervals held %.1f %%",
                  100 * interval.level(),
                  100 * interval.coverage()));
        });
    named.put("pairs", (double) figures.pairs());
    return Optional.of(
        new StoryLine(
            time,
            "accuracy",
            String.format(
                Locale.ROOT,
                "champion %s in the %s %s: %s (%d pairs)",
                version,
                days(Duration.between(from, to)),
                word,
                String.join(", ", parts),
                figures.pairs()),
            named,
            ""));
  }

  private static String days(Duration time) {
    if (!time.equals(Duration.ofDays(time.toDays()))) {
      return String.format(Locale.ROOT, "%.1f days", time.toSeconds() / 86_400.0);
    }
    return time.toDays() == 1 ? "1 day" : time.toDays() + " days";
  }

  private AccuracyFigures figures(String model, String version, Instant from, Instant to) {
    var filter =
        new PredictionFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.of(model),
            Optional.of(version),
            Optional.empty(),
            Optional.of(PredictionRole.CHAMPION),
            Optional.empty());
    return accuracy
        .answer(new AccuracyQuestion(filter, from, to, Set.of(), 0, 1))
        .getFirst()
        .figures();
  }

  private static StoryLine moved(AliasChange move) {
    String what =
        move.to().isEmpty()
            ? "alias %s taken from %s".formatted(move.alias(), move.from())
            : move.from().isEmpty()
                ? "alias %s given to %s".formatted(move.alias(), move.to())
                : "alias %s %s from %s to %s"
                    .formatted(
                        move.alias(),
                        move.rollback() ? "rolled back" : "moved",
                        move.from(),
                        move.to());
    return new StoryLine(
        move.at(),
        "alias",
        what
            + (move.by().isEmpty() ? " by hand" : " by " + move.by())
            + (move.reason().isEmpty() ? "" : ": " + move.reason()),
        Map.of(),
        "");
  }

  /** Said at the end of what is asked for. */
  private static Telling away(TimeSpan span, Instant now) {
    Instant end =
        span.to().map(to -> to.minus(1, ChronoUnit.MICROS)).filter(now::isAfter).orElse(now);
    return new Telling(
        end,
        () ->
            Optional.of(
                new StoryLine(
                    end,
                    "alias",
                    "the registry cannot be asked, so moves of aliases by hand are not told",
                    Map.of(),
                    "")));
  }
}
