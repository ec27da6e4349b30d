@NullMarked
package dev.tidewatch.models;

import org.jspecify.annotations.NullMarked;
