//! What a call does beside returning a value.

/// What a call does; a row names all that apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing: its result follows from its receiver and its arguments.
    Computes,
    /// It asks the system, the network or the console, and changes nothing.
    Asks,
    /// It makes a descriptor.
    Opens,
    /// It gives a socket its own address.
    Binds,
    /// It opens a socket to callers.
    Listens,
    /// It takes a caller.
    Accepts,
    /// It calls a peer.
    Connects,
    /// It sends to the peer.
    Sends,
    /// It sends to an address that it names.
    SendsTo,
    /// It takes what has come.
    Receives,
    /// It ends one direction of a connection.
    ShutsDown,
    /// It closes a descriptor.
    Closes,
    /// It sets an option of a socket.
    SetsOption,
    /// It sets how long a socket's calls may wait.
    SetsTimeout,
    /// It removes a path from the file system.
    Removes,
    /// It changes its receiver, or a setting.
    Changes,
    /// It writes on the screen.
    Prints,
    /// It starts a program.
    Starts,
    /// It ends a program.
    Stops,
    /// It leaves socklab.
    Leaves,
    /// It may have to wait.
    Waits,
}

impl Effect {
    /// Whether a call with only such effects can be made once more without harm.
    pub(crate) fn is_harmless(self) -> bool {
        matches!(self, Self::Computes | Self::Asks | Self::Waits)
    }

    /// Whether it changes what a socket is, what its peer gets or what is left for it to get: two
    /// lines that do the same share all these.
    pub(crate) fn is_lasting(self) -> bool {
        matches!(
            self,
            Self::Binds
                | Self::Listens
                | Self::Accepts
                | Self::Connects
                | Self::Sends
                | Self::SendsTo
                | Self::Receives
                | Self::ShutsDown
                | Self::Closes
                | Self::SetsOption
                | Self::SetsTimeout
                | Self::Removes
        )
    }

    /// Whether it goes to an address, or takes one, that the call writes out.
    pub(crate) fn is_addressed(self) -> bool {
        matches!(self, Self::Binds | Self::Connects | Self::SendsTo)
    }
}
