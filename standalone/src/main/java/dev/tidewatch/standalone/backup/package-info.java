/**
 * Backup and restore of everything that lasts, by binary COPY on the databases themselves; the
 * format is described in docs/reference/backup.md.
 */
@NullMarked
package dev.tidewatch.standalone.backup;

import org.jspecify.annotations.NullMarked;
