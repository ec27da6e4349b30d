package dev.tidewatch.cli.report;

import java.util.List;

/** An HTML page that needs nothing but itself. Texts are escaped. */
public final class Page {
  private static final String STYLE =
      """
      :root{--ink:#1d2733;--soft:#5d6b7a;--line:#d5dce3;--paper:#fff;--card:#f6f8fa;--a:#1f6fb2;--b:#d2691e;--c:#2e8b57;\
      --d:#8a5fbf;--e:#b8860b;--f:#c2185b;--bad:#c62828}
      @media(prefers-color-scheme:dark){:root{--ink:#e4e9ee;--soft:#9aa7b4;--line:#39434e;--paper:#14191f;--card:#1c232b;\
      --a:#5aa9e6;--b:#f0a060;--c:#66c08a;--d:#b493e0;--e:#d8b24a;--f:#f06292;--bad:#ef6b6b}}
      body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:1080px;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.6rem;margin:0 0 .2rem}h2{font-size:1.15rem;margin:2rem 0 .4rem}p{margin:.3rem 0 .8rem;color:var(--soft)}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right}th:first-child,td:first-child{text-align:left}
      th{color:var(--soft);font-weight:600}td.text,th.text{text-align:left}
      figure{margin:0 0 1rem;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.6rem}
      figcaption{color:var(--soft);padding:0 .3rem .3rem}svg{display:block;width:100%;height:auto}
      svg text{fill:var(--soft);font:11px system-ui,sans-serif}.grid{stroke:var(--line);stroke-width:1}
      .key{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin:0 .35em 0 .9em;vertical-align:-1px}
      .key:first-child{margin-left:0}
      """;

  private final StringBuilder body = new StringBuilder();
  private final String title;

  public Page(String title, String lead) {
    this.title = title;
    body.append("<h1>").append(escaped(title)).append("</h1>\n");
    paragraph(lead);
  }

  public Page heading(String text) {
    body.append("<h2>").append(escaped(text)).append("</h2>\n");
    return this;
  }

  public Page paragraph(String text) {
    if (!text.isEmpty()) {
      body.append("<p>").append(escaped(text)).append("</p>\n");
    }
    return this;
  }

  /**
   * A table; a column is aligned left where its heading begins with {@code <}.
   *
   * @param rows as wide as the headings
   */
  public Page table(List<String> headings, List<List<String>> rows) {
    body.append("<table><thead><tr>");
    for (String heading : headings) {
      boolean text = heading.startsWith("<");
      body.append(text ? "<th class=\"text\">" : "<th>")
          .append(escaped(text ? heading.substring(1) : heading))
          .append("</th>");
    }
    body.append("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      body.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        body.append(headings.get(i).startsWith("<") ? "<td class=\"text\">" : "<td>")
            .append(escaped(row.get(i)))
            .append("</td>");
      }
      body.append("</tr>\n");
    }
    body.append("</tbody></table>\n");
    return this;
  }

  /** A drawing with what it shows. */
  public Page figure(String caption, Chart chart) {
    body.append("<figure><figcaption>")
        .append(escaped(caption))
        .append("<br>")
        .append(chart.legend())
        .append("</figcaption>")
        .append(chart.svg(caption))
        .append("</figure>\n");
    return this;
  }

  /** The whole document. */
  public String html() {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>%s</title><style>%s</style></head><body>
    %s</body></html>
    """
        .formatted(escaped(title), STYLE, body);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
