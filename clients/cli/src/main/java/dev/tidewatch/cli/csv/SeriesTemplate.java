package dev.tidewatch.cli.csv;

import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes series names out of {@code {folder}}, {@code {file}}, {@code {column}} and {@code {id}}.
 * Characters that no series name may have become underscores.
 */
final class SeriesTemplate {
  private static final Pattern PLACE = Pattern.compile("\\{([^}]*)}");
  private static final Set<String> KNOWN = Set.of("folder", "file", "column", "id");
  private static final Pattern FORBIDDEN = Pattern.compile("[^A-Za-z0-9_./-]");
  private static final Pattern SUFFIX =
      Pattern.compile("\\.(csv|tsv|txt)(\\.gz)?$|\\.gz$", Pattern.CASE_INSENSITIVE);

  private final String template;
  private final String folder;
  private final String file;

  /**
   * @param prefix put before the name with a slash between; may be empty
   * @throws IllegalArgumentException if the template has an unknown place
   */
  SeriesTemplate(String prefix, String template, Path path) {
    Matcher place = PLACE.matcher(template);
    while (place.find()) {
      if (!KNOWN.contains(place.group(1))) {
        throw new IllegalArgumentException(
            "--series: " + place.group() + " is none of {folder}, {file}, {column}, {id}");
      }
    }
    String slashed = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    this.template = slashed + template;
    Path absolute = path.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path folderName = parent == null ? null : parent.getFileName();
    this.folder = folderName == null ? "root" : segment(folderName.toString());
    this.file = segment(SUFFIX.matcher(String.valueOf(absolute.getFileName())).replaceAll(""));
  }

  String name(String column, String id) {
    return template
        .replace("{folder}", folder)
        .replace("{file}", file)
        .replace("{column}", segment(column))
        .replace("{id}", FORBIDDEN.matcher(id.strip()).replaceAll("_"));
  }

  private static String segment(String text) {
    return FORBIDDEN.matcher(text.strip()).replaceAll("_").replace('/', '_');
  }
}
