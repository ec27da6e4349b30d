package dev.tidewatch.cli.report;

import dev.tidewatch.cli.terminal.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * A drawing of lines, bands, points and bars over one axis, as inline SVG. What is not finite
 * leaves a gap. Long lines are thinned to the extremes of each pixel column.
 */
public final class Chart {
  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 300;
  private static final int LEFT = 64;
  private static final int RIGHT = 12;
  private static final int TOP = 10;
  private static final int BOTTOM = 28;
  private static final int LINE_POINTS_MAX = 2_000;
  private static final int DOTS_MAX = 3_000;

  /** Colours that are told apart in light and dark. */
  public enum Colour {
    A,
    B,
    C,
    D,
    E,
    F,
    INK,
    SOFT,
    BAD;

    String css() {
      return "var(--" + name().toLowerCase(Locale.ROOT) + ")";
    }

    /** One for each of several lines. */
    public static Colour of(int number) {
      return values()[number % 6];
    }
  }

  private enum Kind {
    LINE,
    BAND,
    DOTS,
    BARS
  }

  private record Layer(
      Kind kind,
      String label,
      Colour colour,
      double opacity,
      List<Double> x,
      List<Double> low,
      List<Double> high) {}

  private final List<Layer> layers = new ArrayList<>();
  private DoubleFunction<String> xText = Numbers::compact;
  private final List<Double> xMarks = new ArrayList<>();
  private boolean fromZero;

  /** How places on the axis are written, and where. */
  public Chart axis(List<Double> marks, DoubleFunction<String> text) {
    xMarks.addAll(marks);
    xText = text;
    return this;
  }

  /** The value axis begins at 0. */
  public Chart fromZero() {
    fromZero = true;
    return this;
  }

  public Chart line(String label, Colour colour, List<Double> x, List<Double> y) {
    return add(Kind.LINE, label, colour, 1, x, y, y);
  }

  /**
   * @param opacity 0 to 1
   */
  public Chart band(
      String label,
      Colour colour,
      double opacity,
      List<Double> x,
      List<Double> low,
      List<Double> high) {
    return add(Kind.BAND, label, colour, opacity, x, low, high);
  }

  public Chart dots(String label, Colour colour, List<Double> x, List<Double> y) {
    return add(Kind.DOTS, label, colour, .8, x, y, y);
  }

  /** Bars from 0, as wide as the distance of the first two places. */
  public Chart bars(String label, Colour colour, List<Double> x, List<Double> y) {
    fromZero = true;
    return add(Kind.BARS, label, colour, .8, x, y, y);
  }

  private Chart add(
      Kind kind,
      String label,
      Colour colour,
      double opacity,
      List<Double> x,
      List<Double> low,
      List<Double> high) {
    if (x.size() != low.size() || x.size() != high.size()) {
      throw new IllegalArgumentException(label + ": places and values differ in number");
    }
    layers.add(new Layer(kind, label, colour, opacity, x, low, high));
    return this;
  }

  String legend() {
    var legend = new StringBuilder();
    for (Layer layer : layers) {
      if (!layer.label().isEmpty()) {
        legend
            .append("<span class=\"key\" style=\"background:")
            .append(layer.colour().css())
            .append(layer.kind() == Kind.BAND ? ";opacity:" + layer.opacity() : "")
            .append("\"></span>")
            .append(Page.escaped(layer.label()));
      }
    }
    return legend.toString();
  }

  /** One element; {@code title} is for those who cannot see it. */
  String svg(String title) {
    double xMin = Double.POSITIVE_INFINITY;
    double xMax = Double.NEGATIVE_INFINITY;
    double yMin = fromZero ? 0 : Double.POSITIVE_INFINITY;
    double yMax = fromZero ? 0 : Double.NEGATIVE_INFINITY;
    for (Layer layer : layers) {
      double half =
          layer.kind() == Kind.BARS && layer.x().size() > 1
              ? (layer.x().get(1) - layer.x().get(0)) / 2
              : 0;
      for (int i = 0; i < layer.x().size(); i++) {
        if (Double.isFinite(layer.low().get(i)) && Double.isFinite(layer.high().get(i))) {
          xMin = Math.min(xMin, layer.x().get(i) - half);
          xMax = Math.max(xMax, layer.x().get(i) + half);
          yMin = Math.min(yMin, layer.low().get(i));
          yMax = Math.max(yMax, layer.high().get(i));
        }
      }
    }
    if (!(xMin <= xMax)) {
      return "<svg viewBox=\"0 0 %d 40\" role=\"img\"><title>%s</title><text x=\"10\" y=\"24\">no values</text></svg>"
          .formatted(WIDTH, Page.escaped(title));
    }
    var scale = new Scale(xMin, xMax, yMin, yMax, fromZero);
    var svg = new StringBuilder();
    svg.append("<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>".formatted(WIDTH, HEIGHT))
        .append(Page.escaped(title))
        .append("</title>\n");
    axes(svg, scale);
    for (Layer layer : layers) {
      switch (layer.kind()) {
        case LINE -> line(svg, layer, scale);
        case BAND -> band(svg, layer, scale);
        case DOTS -> dots(svg, layer, scale);
        case BARS -> bars(svg, layer, scale);
      }
    }
    return svg.append("</svg>").toString();
  }

  private void axes(StringBuilder svg, Scale scale) {
    for (double mark : scale.yMarks()) {
      String y = number(scale.y(mark));
      svg.append(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>"
              .formatted(LEFT, WIDTH - RIGHT, y, y));
      svg.append(
          "<text x=\"%d\" y=\"%s\" text-anchor=\"end\" dy=\"4\">%s</text>\n"
              .formatted(LEFT - 6, y, Numbers.compact(mark)));
    }
    List<Double> marks = xMarks.isEmpty() ? scale.xMarks() : xMarks;
    for (double mark : marks) {
      if (mark >= scale.xMin && mark <= scale.xMax) {
        svg.append(
            "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>\n"
                .formatted(number(scale.x(mark)), HEIGHT - 8, Page.escaped(xText.apply(mark))));
      }
    }
  }

  private static void line(StringBuilder svg, Layer layer, Scale scale) {
    List<Integer> kept = thinned(layer.low());
    var path = new StringBuilder();
    boolean pen = false;
    for (int i : kept) {
      if (!Double.isFinite(layer.low().get(i))) {
        pen = false;
        continue;
      }
      path.append(pen ? 'L' : 'M')
          .append(number(scale.x(layer.x().get(i))))
          .append(' ')
          .append(number(scale.y(layer.low().get(i))));
      pen = true;
    }
    svg.append(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"/>\n"
            .formatted(path, layer.colour().css()));
  }

  /** Places of the lowest and highest value of each stretch, in order. */
  private static List<Integer> thinned(List<Double> values) {
    List<Integer> kept = new ArrayList<>();
    int stretch = Math.max(1, Math.ceilDiv(2 * values.size(), LINE_POINTS_MAX));
    for (int from = 0; from < values.size(); from += stretch) {
      int to = Math.min(from + stretch, values.size());
      int lowest = from;
      int highest = from;
      boolean gap = false;
      for (int i = from; i < to; i++) {
        gap |= !Double.isFinite(values.get(i));
        lowest = values.get(i) < values.get(lowest) ? i : lowest;
        highest = values.get(i) > values.get(highest) ? i : highest;
      }
      if (gap) {
        for (int i = from; i < to; i++) {
          kept.add(i);
        }
      } else {
        kept.add(Math.min(lowest, highest));
        if (lowest != highest) {
          kept.add(Math.max(lowest, highest));
        }
      }
    }
    return kept;
  }

  private static void band(StringBuilder svg, Layer layer, Scale scale) {
    int from = 0;
    while (from < layer.x().size()) {
      int to = from;
      while (to < layer.x().size() && Double.isFinite(layer.low().get(to))) {
        to++;
      }
      if (to > from) {
        var path = new StringBuilder("M");
        for (int i = from; i < to; i++) {
          path.append(number(scale.x(layer.x().get(i))))
              .append(' ')
              .append(number(scale.y(layer.high().get(i))))
              .append('L');
        }
        for (int i = to - 1; i >= from; i--) {
          path.append(number(scale.x(layer.x().get(i))))
              .append(' ')
              .append(number(scale.y(layer.low().get(i))))
              .append(i == from ? 'Z' : 'L');
        }
        svg.append(
            "<path d=\"%s\" fill=\"%s\" fill-opacity=\"%s\" stroke=\"none\"/>\n"
                .formatted(path, layer.colour().css(), layer.opacity()));
      }
      from = to + 1;
    }
  }

  private static void dots(StringBuilder svg, Layer layer, Scale scale) {
    int step = Math.max(1, Math.ceilDiv(layer.x().size(), DOTS_MAX));
    svg.append(
        "<g fill=\"%s\" fill-opacity=\"%s\">".formatted(layer.colour().css(), layer.opacity()));
    for (int i = 0; i < layer.x().size(); i += step) {
      if (Double.isFinite(layer.low().get(i))) {
        svg.append(
            "<circle cx=\"%s\" cy=\"%s\" r=\"2.4\"/>"
                .formatted(number(scale.x(layer.x().get(i))), number(scale.y(layer.low().get(i)))));
      }
    }
    svg.append("</g>\n");
  }

  private static void bars(StringBuilder svg, Layer layer, Scale scale) {
    double width =
        layer.x().size() > 1 ? scale.x(layer.x().get(1)) - scale.x(layer.x().get(0)) : 20;
    svg.append(
        "<g fill=\"%s\" fill-opacity=\"%s\">".formatted(layer.colour().css(), layer.opacity()));
    for (int i = 0; i < layer.x().size(); i++) {
      double value = layer.low().get(i);
      if (Double.isFinite(value)) {
        double top = scale.y(Math.max(value, 0));
        double bottom = scale.y(Math.min(value, 0));
        svg.append(
            "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>"
                .formatted(
                    number(scale.x(layer.x().get(i)) - width * .45),
                    number(top),
                    number(width * .9),
                    number(bottom - top)));
      }
    }
    svg.append("</g>\n");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** From values to places on the drawing. */
  private static final class Scale {
    private final double xMin;
    private final double xMax;
    private final double yMin;
    private final double yMax;

    Scale(double xMin, double xMax, double yMin, double yMax, boolean fromZero) {
      double yMargin = yMax > yMin ? (yMax - yMin) * .05 : Math.max(Math.abs(yMax) * .05, 1e-9);
      this.xMin = xMin;
      this.xMax = xMax > xMin ? xMax : xMin + 1;
      this.yMin = fromZero && yMin >= 0 ? 0 : yMin - yMargin;
      this.yMax = yMax + yMargin;
    }

    double x(double value) {
      return LEFT + (value - xMin) / (xMax - xMin) * (WIDTH - LEFT - RIGHT);
    }

    double y(double value) {
      return HEIGHT - BOTTOM - (value - yMin) / (yMax - yMin) * (HEIGHT - TOP - BOTTOM);
    }

    List<Double> yMarks() {
      return round(yMin, yMax, 5);
    }

    List<Double> xMarks() {
      return round(xMin, xMax, 8);
    }

    /** Round numbers, about so many. */
    private static List<Double> round(double min, double max, int count) {
      double raw = (max - min) / count;
      double power = Math.pow(10, Math.floor(Math.log10(raw)));
      double step = raw / power < 1.5 ? power : raw / power < 3.5 ? 2 * power : 5 * power;
      List<Double> marks = new ArrayList<>();
      for (double k = Math.ceil(min / step); k * step <= max; k++) {
        marks.add(k * step);
      }
      return marks;
    }
  }
}
