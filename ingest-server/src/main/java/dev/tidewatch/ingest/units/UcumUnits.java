package dev.tidewatch.ingest.units;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks unit codes of the Unified Code for Units of Measure, case-sensitive form (UCUM, section
 * 2): terms of prefixed atoms with integer exponents, joined by {@code .} and {@code /}, with
 * parentheses, integer factors, and annotations in braces. The atoms are those of physics, building
 * technology, energy, finance (as annotations) and information; medicine's arbitrary units are left
 * out.
 */
public final class UcumUnits {
  /** Atoms that take metric prefixes. */
  private static final Set<String> METRIC =
      Set.of(
          "m", "s", "g", "rad", "K", "C", "cd", "mol", "sr", "Hz", "N", "Pa", "J", "W", "A", "V",
          "F", "Ohm", "S", "Wb", "Cel", "T", "H", "lm", "lx", "Bq", "Gy", "Sv", "l", "L", "t", "u",
          "eV", "bar", "B", "Np", "bit", "By", "cal", "ar", "st", "dyn", "erg", "kat", "U",
          "m[H2O]", "m[Hg]", "G", "P", "cal_th", "cal_IT", "tex", "B[W]", "B[V]", "B[SPL]", "VA",
          "var", "Bd", "eq", "osm", "pc");

  /** Atoms that take none. */
  private static final Set<String> PLAIN =
      Set.of(
          "10*",
          "10^",
          "[pi]",
          "%",
          "[ppth]",
          "[ppm]",
          "[ppb]",
          "[pptr]",
          "deg",
          "gon",
          "'",
          "''",
          "min",
          "h",
          "d",
          "wk",
          "mo",
          "mo_j",
          "mo_g",
          "a",
          "a_j",
          "a_g",
          "AU",
          "atm",
          "[c]",
          "[h]",
          "[k]",
          "[g]",
          "[in_i]",
          "[ft_i]",
          "[yd_i]",
          "[mi_i]",
          "[nmi_i]",
          "[kn_i]",
          "[sin_i]",
          "[sft_i]",
          "[syd_i]",
          "[cin_i]",
          "[cft_i]",
          "[cyd_i]",
          "[acr_us]",
          "[gal_us]",
          "[qt_us]",
          "[pt_us]",
          "[foz_us]",
          "[bbl_us]",
          "[gal_br]",
          "[gr]",
          "[oz_av]",
          "[lb_av]",
          "[ston_av]",
          "[lton_av]",
          "[lbf_av]",
          "[degF]",
          "[degR]",
          "[degRe]",
          "[psi]",
          "[Btu]",
          "[Btu_IT]",
          "[Btu_th]",
          "[HP]",
          "[pH]",
          "[in_i'H2O]",
          "[in_i'Hg]",
          "[ft_i'H2O]",
          "[car_m]",
          "[smoot]",
          "circ",
          "sph",
          "gf",
          "[rad]",
          "[RPM]",
          "[p'diop]",
          "bit_s",
          "[ly]",
          "[den]");

  private static final Set<String> PREFIXES =
      Set.of(
          "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "da", "d", "c", "m", "u", "n", "p", "f", "a",
          "z", "y", "Ki", "Mi", "Gi", "Ti");

  /** How people write units that UCUM spells differently. */
  private static final Map<String, String> COMMON_SPELLINGS =
      Map.ofEntries(
          Map.entry("°C", "Cel"),
          Map.entry("degC", "Cel"),
          Map.entry("celsius", "Cel"),
          Map.entry("°F", "[degF]"),
          Map.entry("degF", "[degF]"),
          Map.entry("fahrenheit", "[degF]"),
          Map.entry("kWh", "kW.h"),
          Map.entry("MWh", "MW.h"),
          Map.entry("Wh", "W.h"),
          Map.entry("GWh", "GW.h"),
          Map.entry("ppm", "[ppm]"),
          Map.entry("ppb", "[ppb]"),
          Map.entry("percent", "%"),
          Map.entry("%RH", "%"),
          Map.entry("psi", "[psi]"),
          Map.entry("rpm", "{rpm}/min"),
          Map.entry("sec", "s"),
          Map.entry("hour", "h"),
          Map.entry("EUR", "{EUR}"),
          Map.entry("USD", "{USD}"),
          Map.entry("€", "{EUR}"),
          Map.entry("$", "{USD}"),
          Map.entry("ohm", "Ohm"),
          Map.entry("inch", "[in_i]"),
          Map.entry("ft", "[ft_i]"),
          Map.entry("°", "deg"),
          Map.entry("hPA", "hPa"),
          Map.entry("hp", "[HP]"),
          Map.entry("m³", "m3"),
          Map.entry("m²", "m2"),
          Map.entry("m³/h", "m3/h"),
          Map.entry("cfm", "[cft_i]/min"),
          Map.entry("byte", "By"),
          Map.entry("bytes", "By"));

  private static final List<String> SUGGESTED =
      List.of(
          "Cel",
          "[degF]",
          "K",
          "%",
          "[ppm]",
          "[ppb]",
          "W",
          "kW",
          "MW",
          "W.h",
          "kW.h",
          "MW.h",
          "GW.h",
          "J",
          "kJ",
          "MJ",
          "V",
          "kV",
          "A",
          "mA",
          "VA",
          "kVA",
          "var",
          "kvar",
          "Hz",
          "kHz",
          "Pa",
          "hPa",
          "kPa",
          "bar",
          "mbar",
          "[psi]",
          "m",
          "cm",
          "mm",
          "km",
          "m2",
          "m3",
          "L",
          "mL",
          "m3/h",
          "L/s",
          "m/s",
          "km/h",
          "m/s2",
          "g",
          "kg",
          "t",
          "s",
          "ms",
          "min",
          "h",
          "d",
          "lx",
          "lm",
          "dB",
          "Ohm",
          "N",
          "deg",
          "rad",
          "By",
          "KiBy",
          "MiBy",
          "bit/s",
          "By/s",
          "1",
          "{count}",
          "{EUR}",
          "{USD}",
          "{EUR}/MW.h",
          "W/m2",
          "kg/m3",
          "g/m3",
          "ug/m3",
          "[RPM]");

  private UcumUnits() {}

  /** True for a code that follows the grammar and knows its atoms; the empty code means no unit. */
  public static boolean isKnown(String code) {
    return code.isEmpty() || new Parser(code).parses();
  }

  /** The known code that the text most probably means; empty if nothing is near. */
  public static Optional<String> nearest(String code) {
    String common = COMMON_SPELLINGS.get(code);
    if (common != null) {
      return Optional.of(common);
    }
    var candidates = new TreeSet<String>(SUGGESTED);
    return candidates.stream()
        .min(Comparator.comparingInt(known -> distance(code, known)))
        .filter(known -> distance(code, known) <= 4);
  }

  /** Edits from one to the other, a change of case counting as half an edit; times two. */
  private static int distance(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = 2 * j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] current = new int[to.length() + 1];
      current[0] = 2 * i;
      for (int j = 1; j <= to.length(); j++) {
        char a = from.charAt(i - 1);
        char b = to.charAt(j - 1);
        int change = a == b ? 0 : Character.toLowerCase(a) == Character.toLowerCase(b) ? 1 : 2;
        current[j] = Math.min(previous[j - 1] + change, Math.min(previous[j], current[j - 1]) + 2);
      }
      previous = current;
    }
    return previous[to.length()];
  }

  /** Recursive descent over: unit = ['/'] component {('.' | '/') component}. */
  private static final class Parser {
    private static final int DEPTH_MAX = 16;

    private final String code;
    private int at;

    Parser(String code) {
      this.code = code;
    }

    boolean parses() {
      return unit(0) && at == code.length();
    }

    private boolean unit(int depth) {
      if (depth > DEPTH_MAX) {
        return false;
      }
      if (peek() == '/') {
        at++;
      }
      while (true) {
        if (!component(depth)) {
          return false;
        }
        if (peek() != '.' && peek() != '/') {
          return true;
        }
        at++;
      }
    }

    private boolean component(int depth) {
      if (peek() == '(') {
        at++;
        if (!unit(depth + 1) || peek() != ')') {
          return false;
        }
        at++;
        return true;
      }
      if (peek() == '{') {
        return annotation();
      }
      int begin = at;
      while (isDigit(peek())) {
        at++;
      }
      if (at > begin && (at == code.length() || peek() == '.' || peek() == '/' || peek() == ')')) {
        return true;
      }
      at = begin;
      if (!atomWithExponent()) {
        return false;
      }
      return peek() != '{' || annotation();
    }

    private boolean annotation() {
      int end = code.indexOf('}', at);
      if (end < 0) {
        return false;
      }
      for (int i = at + 1; i < end; i++) {
        if (code.charAt(i) < '!' || code.charAt(i) > '~' || code.charAt(i) == '{') {
          return false;
        }
      }
      at = end + 1;
      return true;
    }

    private boolean atomWithExponent() {
      int begin = at;
      boolean bracket = false;
      while (at < code.length()) {
        char c = code.charAt(at);
        if (c == '[') {
          bracket = true;
        } else if (c == ']') {
          bracket = false;
        } else if (!bracket
            && (c == '.' || c == '/' || c == '(' || c == ')' || c == '{' || c == '}' || c == ' ')) {
          break;
        }
        at++;
      }
      String token = code.substring(begin, at);
      if (isAtom(token)) {
        return true;
      }
      int exponent = token.length();
      while (exponent > 0 && isDigit(token.charAt(exponent - 1))) {
        exponent--;
      }
      if (exponent == token.length()) {
        return false;
      }
      if (exponent > 0
          && (token.charAt(exponent - 1) == '-' || token.charAt(exponent - 1) == '+')) {
        exponent--;
      }
      return token.length() - exponent <= 3 && isAtom(token.substring(0, exponent));
    }

    private static boolean isAtom(String token) {
      if (METRIC.contains(token) || PLAIN.contains(token)) {
        return true;
      }
      for (int length = 1; length <= 2 && length < token.length(); length++) {
        if (PREFIXES.contains(token.substring(0, length))
            && METRIC.contains(token.substring(length))) {
          return true;
        }
      }
      return false;
    }

    private char peek() {
      return at < code.length() ? code.charAt(at) : '\0';
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }
  }
}
