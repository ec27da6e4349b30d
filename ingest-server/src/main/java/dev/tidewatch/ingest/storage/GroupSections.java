package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.catalog.SeriesEntry;
import dev.tidewatch.ingest.feed.SectionWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a group changed, as the sections of its feed block. Neighbouring columns of one series that
 * carry no trace and were stored whole become one entry, since in row form each has a single
 * reading. Used once, by one thread.
 */
final class GroupSections {
  private static final int SLACK_BYTES = 64;

  private final List<ColumnPlan> plans;
  private final List<BatchTally> tallies;
  private final Map<Integer, SectionWriter> sections = new TreeMap<>();
  private int readings;

  /**
   * @param plans those of one series side by side
   */
  GroupSections(List<ColumnPlan> plans, List<BatchTally> tallies) {
    this.plans = plans;
    this.tallies = tallies;
  }

  /** By shard. */
  Map<Integer, SectionWriter> write() {
    Map<Integer, Integer> expectedBytes = expectedBytes();
    for (int at = 0; at < plans.size(); ) {
      ColumnPlan plan = plans.get(at);
      int end = at + 1;
      if (plan.changedAnything()) {
        int shard = plan.column.entry().shard();
        SectionWriter section =
            sections.computeIfAbsent(
                shard,
                key -> new SectionWriter(key, expectedBytes.getOrDefault(key, 0) + SLACK_BYTES));
        end = endOfRun(at);
        if (end > at + 1) {
          var run = new JoinedRows(plans.subList(at, end));
          SeriesEntry entry = plan.column.entry();
          section.readings(entry.name(), entry.id(), SectionWriter.NEW, run, "");
          readings += run.size();
        } else {
          readings += plan.writeTo(section, traceparent(plan));
        }
      }
      at = end;
    }
    return sections;
  }

  /** Known after {@link #write}. */
  int readings() {
    return readings;
  }

  private Map<Integer, Integer> expectedBytes() {
    var expected = new HashMap<Integer, Integer>();
    for (ColumnPlan plan : plans) {
      if (plan.changedAnything()) {
        expected.merge(
            plan.column.entry().shard(),
            plan.sectionBytesMax(traceparent(plan).length()),
            Integer::sum);
      }
    }
    return expected;
  }

  private int endOfRun(int begin) {
    SeriesEntry entry = plans.get(begin).column.entry();
    int end = begin;
    while (end < plans.size()
        && plans.get(end).column.entry() == entry
        && plans.get(end).isStoredWhole()
        && traceparent(plans.get(end)).isEmpty()) {
      end++;
    }
    return Math.max(end, begin + 1);
  }

  private String traceparent(ColumnPlan plan) {
    return tallies.get(plan.batch).batch.checked().batch().traceparent();
  }

  /** All rows of several columns, which have no quality. */
  private static final class JoinedRows implements SectionWriter.Rows {
    private final List<ColumnPlan> run;
    private final int size;

    JoinedRows(List<ColumnPlan> run) {
      this.run = run;
      int rows = 0;
      for (ColumnPlan plan : run) {
        rows += plan.column.size();
      }
      this.size = rows;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public void timesTo(byte[] to, int at) {
      int next = at;
      for (ColumnPlan plan : run) {
        plan.column.timesTo(to, next);
        next += 8 * plan.column.size();
      }
    }

    @Override
    public void valuesTo(byte[] to, int at) {
      int next = at;
      for (ColumnPlan plan : run) {
        plan.column.valuesTo(to, next);
        next += 8 * plan.column.size();
      }
    }

    @Override
    public short quality(int row) {
      return 0;
    }

    @Override
    public boolean mayHaveQualities() {
      return false;
    }
  }
}
