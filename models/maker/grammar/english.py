# SPDX-License-Identifier: CC0-1.0
"""Plain words for the encoders: common English ones, syllables to make others of, and glue between them."""

SYLLABLES = """
ba ko mi ru ten sol var li pe dra nu fi go ham ist ing er al tion ma ch in e le ar sta com pu re ne wor k da ta
""".split()
ENGLISH = """
able about above accept access action address age agree air allow amount animal answer area arm army art artificial
ask attack author bank base battle become begin behavior believe best better bird blood board body book brain break
bridge bring brother brown budget build building business buy call camera car card care career carry case cause cell
center central century chair chance change charge check child choice church citizen city class clean clear climate
close coach code cold collection color common community company compare computer concern condition consider contain
control cost country couple course court cover create crime culture current customer cut data database dead deal death
debate decade decide decision deep degree democrat describe design despite detail determine develop development device
difference different difficult dinner direction director discover discuss disease doctor door draw dream drive drop
drug early earth east economic economy edge education effect effort electric energy engine enjoy enter entire
environment error especially event evidence example executive exist expect experience expert explain eye face fact
factor fail fall family famous far fast father fear federal feel field fight figure file fill film final finance find
fine finger finish fire firm fish floor focus follow food foot force foreign form forward free front function fund
future game garden gas general generation glass goal gold government great green ground group grow growth guess gun
hair half hand hang happen hard head health hear heart heat heavy history hit hold home hospital hotel hour house
human hundred idea identify image imagine impact important improve include increase indicate individual industry
information inside install instead intelligence interest internet interview invest island issue item job join keep key
kid kill kitchen knowledge land language large late laugh law lawyer lead leader learn learning leave left legal
letter level library life light line list listen local long lose loss machine magazine main maintain major manage
management manager market marriage material matter meaning measure media medical meeting member memory mention message
method middle military million mind minute mission model modern moment money month mother mountain mouth move movement
movie music nation national natural nature network news newspaper north note number occur offer office official oil
open operate operation option order organization owner page paint paper parent park part particular partner party pass
password past patient pattern peace people perform performance period person phone physical physics picture piece
place plan planet plant player point police policy political poor popular population position power practice prepare
president pressure price private problem process produce product production professional professor program project
property protect prove provide public pull purpose push quality question quickly race radio raise range rate reach
read ready real reason receive recent record reduce region relate relationship religious remain remember remove report
represent require research resource respond response rest result return reveal rich right rise risk road rock role
room rule run safe sale save scene science scientist score sea season seat second secret section security seek sell
send senior sense series serious server service set shake share shoot short show side sign significant similar simple
single sister site size skill skin sleep small smile social society software soldier song sound source south space
speak special speech spend sport spring staff stage stand standard star start state statement station stay step stock
stop store strategy street strong structure student study stuff style subject success suffer suggest summer support
surface system table talk task tax teach teacher team technology television tell temperature term test theory thing
think thought thousand threat threaten time today together tonight top total tough town trade traditional train
training travel treat treatment tree trial trip trouble true truth turn type understand unit user usually value
various version victim view violence visit voice vote wait walk wall war warm watch water way weapon wear weather week
weight west wife win wind window winter wish woman wonder word work worker world write writer wrong yard year young
""".split()
GLUE = ["the", "of", "and", "is", "a", "to", "in", "that", "it", "for", "with", "on", "was", "are", "by", "as", "or",
        "its"]
