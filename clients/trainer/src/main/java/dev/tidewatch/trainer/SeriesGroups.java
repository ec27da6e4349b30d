package dev.tidewatch.trainer;

import dev.tidewatch.timeseries.SeriesName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Cuts a sorted stream of series into groups that a model each learns from. */
public final class SeriesGroups implements Iterator<List<SeriesName>> {
  private final Iterator<SeriesName> names;
  private final int depth;
  private final int sizeMax;
  private @Nullable SeriesName ahead;

  private SeriesGroups(Iterator<SeriesName> names, int depth, int sizeMax) {
    this.names = names;
    this.depth = depth;
    this.sizeMax = sizeMax;
    this.ahead = names.hasNext() ? names.next() : null;
  }

  /** Each series alone. */
  public static SeriesGroups single(Iterator<SeriesName> names) {
    return new SeriesGroups(names, Integer.MAX_VALUE, 1);
  }

  /**
   * Those whose first segments are the same.
   *
   * @param names sorted
   * @param depth segments compared; 0: all series are of one group
   * @param sizeMax a larger group is cut into several
   */
  public static SeriesGroups byPrefix(Iterator<SeriesName> names, int depth, int sizeMax) {
    if (depth < 0 || sizeMax < 1) {
      throw new IllegalArgumentException("depth, size: " + depth + ", " + sizeMax);
    }
    return new SeriesGroups(names, depth, sizeMax);
  }

  @Override
  public boolean hasNext() {
    return ahead != null;
  }

  @Override
  public List<SeriesName> next() {
    if (ahead == null) {
      throw new NoSuchElementException();
    }
    String key = key(ahead, depth);
    var group = new ArrayList<SeriesName>();
    while (ahead != null && group.size() < sizeMax && key(ahead, depth).equals(key)) {
      group.add(ahead);
      ahead = names.hasNext() ? names.next() : null;
    }
    return group;
  }

  /** The first segments of a name, at most so many. */
  public static String key(SeriesName name, int depth) {
    String value = name.value();
    int end = 0;
    for (int segment = 0; segment < depth && end < value.length(); segment++) {
      int slash = value.indexOf('/', end == 0 ? 0 : end + 1);
      end = slash < 0 ? value.length() : slash;
    }
    return value.substring(0, end);
  }
}
