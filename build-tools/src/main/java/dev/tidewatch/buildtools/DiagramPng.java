package dev.tidewatch.buildtools;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.geom.CubicCurve2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Draws the same picture as pixels, for places that show no SVG. */
final class DiagramPng {
  private static final int ARRIVAL = 45;

  private DiagramPng() {}

  static void write(Diagram diagram, Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    var image = new BufferedImage(diagram.width(), diagram.height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, diagram.width(), diagram.height());
      for (Diagram.Band band : diagram.bands()) {
        rectangle(g, band.x(), band.y(), band.width(), band.height(), 0xf4f7fa, 0xc8d3df);
        text(g, band.x() + 14, band.y() + 22, 0x274060, true, band.schema(), false);
      }
      diagram.boxes().forEach(box -> box(g, box));
      diagram.arrows().forEach(arrow -> arrow(g, arrow));
    } finally {
      g.dispose();
    }
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("this JDK writes no PNG");
    }
  }

  private static void box(Graphics2D g, Diagram.Box box) {
    rectangle(g, box.x(), box.y(), box.width(), box.height(), 0xffffff, 0x5b7590);
    rectangle(g, box.x(), box.y(), box.width(), Diagram.HEADER, 0xdbe6f1, 0x5b7590);
    text(g, box.x() + 8, box.y() + 15, 0x102a43, true, box.table(), false);
    for (int i = 0; i < box.rows().size(); i++) {
      Diagram.Row row = box.rows().get(i);
      int y = box.rowCentre(i) + 4;
      text(g, box.x() + 6, y, 0xb4561e, false, row.key() ? "#" : row.foreign() ? ">" : " ", false);
      text(g, box.x() + 18, y, 0x1f2933, row.key(), row.name(), false);
      text(g, box.x() + box.width() - 8, y, 0x6b7c8f, false, row.type(), true);
    }
  }

  private static void arrow(Graphics2D g, Diagram.Arrow arrow) {
    int bend = arrow.leftwards() ? -45 : 45;
    g.setColor(new Color(0xb4561e));
    g.setStroke(new BasicStroke(1.2f));
    g.draw(
        new CubicCurve2D.Double(
            arrow.fromX(),
            arrow.fromY(),
            arrow.fromX() + bend,
            arrow.fromY(),
            arrow.toX() + ARRIVAL,
            arrow.toY(),
            arrow.toX(),
            arrow.toY()));
    g.fill(
        new Polygon(
            new int[] {arrow.toX(), arrow.toX() + 8, arrow.toX() + 8},
            new int[] {arrow.toY(), arrow.toY() - 4, arrow.toY() + 4},
            3));
  }

  private static void rectangle(
      Graphics2D g, int x, int y, int width, int height, int fill, int stroke) {
    g.setStroke(new BasicStroke(1));
    g.setColor(new Color(fill));
    g.fillRect(x, y, width, height);
    g.setColor(new Color(stroke));
    g.drawRect(x, y, width, height);
  }

  private static void text(
      Graphics2D g, int x, int y, int colour, boolean bold, String text, boolean rightAligned) {
    g.setFont(new Font(Font.MONOSPACED, bold ? Font.BOLD : Font.PLAIN, Diagram.FONT));
    g.setColor(new Color(colour));
    g.drawString(text, rightAligned ? x - g.getFontMetrics().stringWidth(text) : x, y);
  }
}
