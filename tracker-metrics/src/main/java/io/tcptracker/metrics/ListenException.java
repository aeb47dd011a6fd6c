package io.tcptracker.metrics;

import io.tcptracker.core.net.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** A failure to listen at an address. The message says in one line what failed; what to do follows from the kind. */
public final class ListenException extends BindException {
    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final InetSocketAddress address;

    /** @param message what failed, in one line */
    public ListenException(Kind kind, InetSocketAddress address, String message) {
        super(message);
        this.kind = kind;
        this.address = address;
    }

    static ListenException of(InetSocketAddress address, IOException cause) {
        ListenException explained = explained(address, String.valueOf(cause.getMessage()));
        explained.initCause(cause);
        return explained;
    }

    private static ListenException explained(InetSocketAddress address, String failure) {
        if (address.isUnresolved()) {
            return new ListenException(
                    Kind.NOT_AN_ADDRESS, address, "'" + address.getHostString() + "' is not an IP address");
        }
        String where = "port " + address.getPort() + " of " + IpAddress.of(address.getAddress());
        if (failure.contains("denied")) {
            return new ListenException(Kind.NOT_PERMITTED, address, where + " is not permitted");
        }
        if (failure.contains("in use")) {
            return new ListenException(Kind.IN_USE, address, where + " is in use");
        }
        return isLocal(address)
                ? new ListenException(Kind.OTHER, address, where + " can't be opened (" + failure + ")")
                : new ListenException(
                        Kind.NOT_LOCAL, address, where + " can't be opened (this host has no such address)");
    }

    private static boolean isLocal(InetSocketAddress address) {
        try {
            return address.getAddress().isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address.getAddress()) != null;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Returns what kind of failure this is. */
    public Kind kind() {
        return kind;
    }

    /** Returns the address that was asked for. */
    public InetSocketAddress address() {
        return address;
    }

    /** The kind of a failure to address. */
    public enum Kind {
        /** Another socket listens at the port. */
        IN_USE,
        /** The process lacks the privilege for the port, usually one below 1024. */
        NOT_PERMITTED,
        /** The address belongs to another host. */
        NOT_LOCAL,
        /** The address is a name. Names are not looked up. */
        NOT_AN_ADDRESS,
        /** The system gives another reason. */
        OTHER
    }
}
