@NullMarked
package dev.tidewatch.serverkit.database;

import org.jspecify.annotations.NullMarked;
