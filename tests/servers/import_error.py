"""Wrong: needs a module that is not there

Says: an error ended the program before it listened
"""

import frame
import no_such_module

frame.run(server=no_such_module.listening())
