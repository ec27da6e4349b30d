/**
 * What a command shows: tables, sparklines, charts, progress; each plain where there is no
 * terminal.
 */
@NullMarked
package dev.tidewatch.cli.terminal;

import org.jspecify.annotations.NullMarked;
