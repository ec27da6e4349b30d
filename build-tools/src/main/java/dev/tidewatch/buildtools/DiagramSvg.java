package dev.tidewatch.buildtools;

/** Writes the picture as SVG; the comment of a table is its tooltip. */
final class DiagramSvg {
  private static final int ARRIVAL = 45;

  private DiagramSvg() {}

  static String of(Diagram diagram) {
    var out = new StringBuilder();
    out.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="%d">
        <!-- Generated from the migrations by ./tidewatch docs. -->
        <defs><marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#b4561e"/></marker></defs>
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        """
            .formatted(
                diagram.width(),
                diagram.height(),
                diagram.width(),
                diagram.height(),
                Diagram.FONT));
    for (Diagram.Band band : diagram.bands()) {
      rectangle(out, band.x(), band.y(), band.width(), band.height(), "#f4f7fa", "#c8d3df", 8);
      text(out, band.x() + 14, band.y() + 22, "start", "#274060", true, band.schema());
    }
    for (Diagram.Box box : diagram.boxes()) {
      box(out, box);
    }
    for (Diagram.Arrow arrow : diagram.arrows()) {
      int bend = arrow.leftwards() ? -45 : 45;
      out.append(
          "<path d=\"M%d %d C%d %d %d %d %d %d\" fill=\"none\" stroke=\"#b4561e\" stroke-width=\"1.2\" marker-end=\"url(#to)\"/>\n"
              .formatted(
                  arrow.fromX(),
                  arrow.fromY(),
                  arrow.fromX() + bend,
                  arrow.fromY(),
                  arrow.toX() + ARRIVAL,
                  arrow.toY(),
                  arrow.toX(),
                  arrow.toY()));
    }
    return out.append("</svg>\n").toString();
  }

  private static void box(StringBuilder out, Diagram.Box box) {
    out.append("<g><title>").append(escape(box.comment())).append("</title>\n");
    rectangle(out, box.x(), box.y(), box.width(), box.height(), "#ffffff", "#5b7590", 3);
    rectangle(out, box.x(), box.y(), box.width(), Diagram.HEADER, "#dbe6f1", "#5b7590", 3);
    text(out, box.x() + 8, box.y() + 15, "start", "#102a43", true, box.table());
    for (int i = 0; i < box.rows().size(); i++) {
      Diagram.Row row = box.rows().get(i);
      int y = box.rowCentre(i) + 4;
      String mark = row.key() ? "#" : row.foreign() ? ">" : " ";
      text(out, box.x() + 6, y, "start", "#b4561e", false, mark);
      text(out, box.x() + 18, y, "start", "#1f2933", row.key(), row.name());
      text(out, box.x() + box.width() - 8, y, "end", "#6b7c8f", false, row.type());
    }
    out.append("</g>\n");
  }

  private static void rectangle(
      StringBuilder out,
      int x,
      int y,
      int width,
      int height,
      String fill,
      String stroke,
      int radius) {
    out.append(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\" stroke=\"%s\"/>\n"
            .formatted(x, y, width, height, radius, fill, stroke));
  }

  private static void text(
      StringBuilder out, int x, int y, String anchor, String fill, boolean bold, String text) {
    out.append(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\"%s>%s</text>\n"
            .formatted(x, y, anchor, fill, bold ? " font-weight=\"bold\"" : "", escape(text)));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
