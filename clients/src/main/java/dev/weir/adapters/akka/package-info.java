@NullMarked
package dev.weir.adapters.akka;

import org.jspecify.annotations.NullMarked;
