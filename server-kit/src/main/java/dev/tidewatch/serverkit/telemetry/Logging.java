package dev.tidewatch.serverkit.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.Console;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The logging of the process, set up once by its {@code Main}, before anything else. */
public final class Logging {
  private static final String TEXT = "%d{HH:mm:ss.SSS} %-5level %logger{0} - %msg%n";

  private Logging() {}

  /** Replaces whatever logging was set up before; java.util.logging is written too. */
  public static void install(LogConfig config) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(config.format(), context));
    appender.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(config.level().name()));
    root.addAppender(appender);
    for (String chatty :
        new String[] {"org.jooq.Constants", "org.flywaydb", "com.zaxxer.hikari", "io.zonky"}) {
      context.getLogger(chatty).setLevel(Level.WARN);
    }
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  private static Encoder<ILoggingEvent> encoder(LogFormat format, LoggerContext context) {
    boolean json =
        switch (format) {
          case JSON -> true;
          case TEXT -> false;
          case AUTO ->
              !Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        };
    if (json) {
      var encoder = new JsonLogEncoder();
      encoder.setContext(context);
      encoder.start();
      return encoder;
    }
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(TEXT);
    encoder.start();
    return encoder;
  }
}
