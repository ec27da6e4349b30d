@NullMarked
package dev.tidewatch.serverkit.config;

import org.jspecify.annotations.NullMarked;
