package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.feed.SectionWriter;
import dev.tidewatch.ingest.intake.CheckedColumn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One column of a group on its way into the table, and which of its rows changed it. Not
 * thread-safe.
 */
final class ColumnPlan {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Tags and lengths of an entry's fields, its id and its kind, at most. */
  private static final int ENTRY_BYTES = 40;

  final int batch;
  final CheckedColumn column;

  /** True: its rows may meet others at the same time. */
  boolean staged;

  private @Nullable BitSet late;
  private final RowList created = new RowList();
  private final RowList replaced = new RowList();

  /**
   * @param batch index in the group
   */
  ColumnPlan(int batch, CheckedColumn column) {
    this.batch = batch;
    this.column = column;
  }

  /** Says that a newer reading of the series came before the row. */
  void late(int row) {
    late = late == null ? new BitSet(column.size()) : late;
    late.set(row);
  }

  boolean isLate(int row) {
    return late != null && late.get(row);
  }

  void created(int row) {
    created.add(row);
  }

  void replaced(int row) {
    replaced.add(row);
  }

  /** Adds what changed to the section; answers how many readings that were. */
  int writeTo(SectionWriter section, String traceparent) {
    if (!staged && column.isAllGood()) {
      write(section, SectionWriter.NEW, new AllRows(), traceparent);
      return column.size();
    }
    if (!staged) {
      for (int row = 0; row < column.size(); row++) {
        if (column.isGood(row)) {
          created.add(row);
        }
      }
    }
    if (created.size > 0) {
      write(section, SectionWriter.NEW, created, traceparent);
    }
    if (replaced.size > 0) {
      write(section, SectionWriter.REPLACED, replaced, traceparent);
    }
    return created.size + replaced.size;
  }

  /** How long its entries in a section may be, qualities apart. */
  int sectionBytesMax(int traceparentLength) {
    int entries = created.size > 0 && replaced.size > 0 ? 2 : 1;
    int rows = staged ? created.size + replaced.size : column.goodRows();
    return entries * (ENTRY_BYTES + column.entry().name().length() + traceparentLength) + 16 * rows;
  }

  /** True if every row of it was stored as new, and none has a quality. */
  boolean isStoredWhole() {
    return !staged && column.isAllGood() && !column.hasQualities();
  }

  boolean changedAnything() {
    return !staged || created.size > 0 || replaced.size > 0;
  }

  private void write(SectionWriter section, int kind, SectionWriter.Rows rows, String traceparent) {
    section.readings(column.entry().name(), column.entry().id(), kind, rows, traceparent);
  }

  private final class AllRows implements SectionWriter.Rows {
    @Override
    public int size() {
      return column.size();
    }

    @Override
    public void timesTo(byte[] to, int at) {
      column.timesTo(to, at);
    }

    @Override
    public void valuesTo(byte[] to, int at) {
      column.valuesTo(to, at);
    }

    @Override
    public short quality(int row) {
      return column.quality(row);
    }

    @Override
    public boolean mayHaveQualities() {
      return column.hasQualities();
    }
  }

  private final class RowList implements SectionWriter.Rows {
    private int[] rows = new int[0];
    private int size;

    void add(int row) {
      if (size == rows.length) {
        rows = Arrays.copyOf(rows, Math.max(8, size * 2));
      }
      rows[size++] = row;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public void timesTo(byte[] to, int at) {
      for (int index = 0; index < size; index++) {
        LONGS.set(to, at + 8 * index, column.timeMicros(rows[index]));
      }
    }

    @Override
    public void valuesTo(byte[] to, int at) {
      for (int index = 0; index < size; index++) {
        LONGS.set(to, at + 8 * index, Double.doubleToRawLongBits(column.value(rows[index])));
      }
    }

    @Override
    public short quality(int index) {
      return column.quality(rows[index]);
    }

    @Override
    public boolean mayHaveQualities() {
      return column.hasQualities();
    }
  }
}
