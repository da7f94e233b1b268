/// Texts of the Port of Velden, part 3.
extension DemoDomain {
  static let harbourTexts3: [String] = [
    """
    # The tug Bramble, and what she is for

    The tug Bramble is the only vessel that the Port of Velden owns outright. She is 17 metres long, coal-black with
    a yellow funnel, and was built to pull barges of slate up the Oster when that was still a trade. Her master is
    Greta Lund, her engineer is called Uncle by everyone, and her dog has a bollard of its own.

    Her work is of four kinds. She brings in what cannot come in alone. She lifts the three buoys in May, the
    Maiden, the Miller and the Widow, each in its turn. She keeps steam for the fire pump, as Rule 9 demands. And at
    high water she noses large vessels round the corner from the Sill gate into the Timber Basin, where the wind has
    a way of taking hold of them.

    A tow is ordered at the Lantern House or on channel 14. It costs thirty crowns inside the gate and fifty
    outside, into the brass tray, and nothing at all if there is danger to life. The hawser belongs to the tug. A
    skipper who offers his own is thanked and refused, ever since the matter of the clothes line.

    When the Bramble shows a red flag at her funnel, she has her boiler open and cannot help anybody. She tells the
    harbour master the day before, and it is entered in the Quay Book, so that people can plan to be careful.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Quay Book of the Port of Velden, the 24th of December

    Wind east, two, dry and very cold. Barometer high. High water at 3.50 in the afternoon, three metres and seven
    tenths over the Sill.

    No auction. The Slate Shed is swept and hung with net floats in all colours, and Pietra Solm has weighed the
    children instead of the fish: one hundred and nine of them, nine hundred and four kilograms heavier than last
    year in all, which is thought to be the puddings.

    The gate was opened at 1.50 with the two green lamps. In came the Grete and Sons, the Mary Abelard with a fir
    tree at her masthead, and last of all, at half past four with ten minutes to spare, the coaster Harald Vane,
    whose people had given up hope of supper on shore. Then the gate was shut and the three amber lamps were lit,
    one above the other, and the choir sang on the pier from the ice winter's book.

    By custom a fourth light is set in the window of the stair tonight. It has no meaning for shipping. It was first
    put there for the boat Marigold, which did not come back, and it has been put there each year since.

    The clerk wishes to enter that the cat has caught the mouse of which he wrote in October.

    Signed early, Ilse Marrandt, harbour master. A good year, two collisions, no drownings.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Rule 12. Of strangers, guests and yachts

    A yacht is a vessel like any other and her skipper is a skipper, even if he wears a cap with an anchor on it.
    She waits outside the Maiden for the two green lamps, she comes in at four knots, and her berth is in the Old
    Basin, where the town can look at her.

    Guests bring money and questions, and Velden is glad of both. The harbour master asks three things of them.
    First, that they read the sheets on the door of the Lantern House before they climb the stair. Secondly, that
    they do not hang washing on the iron rings. Thirdly, that they come ashore and eat something, because a guest
    who has eaten in the town does not write angry letters about the bell.

    A guest who has made a mistake is told so by the deputy in a low voice. If he has made it twice, he is told so
    by the harbour master in her ordinary voice. There is no third step, since nobody has ever needed it.

    Whoever stays a month may put his name on the winter list and leave his vessel in the Timber Basin in the care
    of old hands. Her lines are looked at each day, her bilge on Mondays, and her owner is written to if anything is
    amiss. Four vessels have wintered so long in Velden that their owners have moved in next door.
    """,
    """
    # How to come into Velden for the first time

    Come with the daylight and the flood if you can, and come from the south-west. You will see the hospital of
    Saint Odo first, a long roof on a hill, and then the white tower of the Lantern House just to the left of it.
    Keep the tower under the left end of the roof and you will be in deep water until you hear the bell of the
    Maiden.

    Stop there. Look at the mast on the tower before you do anything else. Three amber lamps, one above the other,
    mean that the Sill gate is shut, and you must wait: on the Kell bank in an offshore wind, at the waiting
    dolphins in any other. Two green lamps, side by side, mean that you may come on.

    Call the port on channel 14 and give your name, your length and your draught. Over 25 metres you will be sent a
    pilot in a white jersey. Otherwise leave the Maiden close on your left hand and steer for the Miller, the green
    buoy with one flash in five seconds. The ebb from the Oster will push you to the north, where the Widow is, so
    allow for it.

    Off the pier, slow down. Give way to anything that comes out. Once you are through the gate, the water is as
    flat as a plate, and a boy will be running along the quay, shouting the number of your berth. Give him an apple.
    Then go up to the tower and have yourself entered in the Quay Book.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Pietra Solm, weigher, in her own words

    I was asked by the clerk to say how the Slate Shed works, because I have been there for forty years and he
    thinks that I might die. I have told him that I have no time for it before Easter.

    I get up at three. I light the lamp in the shed, put a kilogram of iron on the scale, and see that it says so.
    If it does not, I do not weigh that day, and that has been once, when a spider had made her house in the works.
    By four the boats are in the Herring Basin and the boxes come up. I weigh and call out, the boat's boy writes,
    and I look at what he writes. I open a box in every ten. I choose it by the face of the skipper.

    People ask if it is true that I can tell a boat by her fish. Of course. The fish of the Grete and Sons lie like
    spoons in a drawer, heads all to one side. The Haakes throw theirs in as if they were angry with them.

    At six I put my pencil down and the caps go up. At seven it is over, at eight the floor is clean, and the slip
    goes up to the Lantern House for the Quay Book. On Saturday I take the tin to the brass tray. I have been wrong
    once. It was a Tuesday, and I had toothache.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Report on the lamp that failed

    The harbour master has asked for a report on the night of the 17th of August, when the signal of the port was
    false for six minutes, and on what should be done so that it does not happen again.

    The Sill gate had been shut since 10.20 in the morning and the three amber lamps were lit, one above the other.
    A hailstone broke the glass of the lowest, and rain put out the flame. The remaining two showed a signal that is
    in no rule. The deputy saw it from the pier at once and went aloft, which in such lightning was brave and
    perhaps not wise. He carried a new glass inside his shirt.

    The following was found. There was one spare glass in the tower, where there should be three. The wire cage
    around the lamps had been taken off in June for painting and stood behind the door. The line that held the
    deputy was sound, but there was nobody except the harbour master herself to hold it.

    It is therefore ordered as follows. Three spare glasses lie in the chest, wrapped in flannel. The cages are
    never off in the months with thunder. One of the Haake boys sleeps in the tower when the barometer falls fast.
    And if the signal is broken all the same, both sets of lamps are put out at once, since a dark tower counts as
    shut, and it is better to say nothing than to say something that means nothing. Entered in the Quay Book and
    agreed.
    """,
    """
    # Orders for the gatekeepers

    Two keepers serve the Sill gate on each tide, one at the wheel and one at the chain. They are Anders Foy and the
    widow Tamm, and their relief are the brothers Brock.

    Be at the gate three quarters of an hour before the opening. Grease the bearing of the wheel, clear weed from
    the slot with the long rake, and sound the water over the Sill with the marked pole. Call the depth up to the
    Lantern House, and wait until it has been repeated to you.

    Open on the tower's bell and not on your own watch. Turn the wheel slowly for the first ten turns, so that the
    levels can meet, and faster afterwards. When the gate is home in its recess, put in the iron pin and raise your
    arm. Only then does the tower change its lamps, from the three amber to the two green. It must never be done in
    the other order. A skipper believes the lamps, and lamps that are too early kill.

    When it is time to shut, the tower changes first: the green lamps go out and the three amber lamps are lit, one
    above the other. Count two hundred. Look for anyone who is still coming, and if there is one, wait for him,
    whatever the bell says. Then draw the pin and turn.

    Neither of you leaves the gate while it moves. Eat before or afterwards. Whatever was caught in the slot, from
    driftwood to false teeth, goes to the clerk, who enters it in the Quay Book and keeps it for a year.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Quay Book of the Port of Velden, the 6th of September

    Wind north, four, bright. Barometer rising. High water at 12.25, three metres and six tenths over the Sill.

    The rowing race was held at slack water from the Miller to the pilot stairs. Five boats: the pilots, the Slate
    Shed, the gatekeepers, the town band and the nuns of Saint Odo. The band sank off the pier and was lifted out by
    the Steady Margit with all its instruments but the drum, which came in on the flood by itself and was cheered.
    The Slate Shed won by half a length from the pilots, who say that a duck crossed their bow. The nuns were third
    and have asked for heavier oars.

    In the middle of this the brig Corvina Second, 38 metres, from Farrowmouth with window glass, stood in towards
    the Maiden with no pilot called. She was hailed by the tug Bramble, whose master spoke to her skipper in plain
    words. He answered that he had believed the crowd to be his pilots. He took Odile Kranz on board, still in her
    racing cap, and was in the Oak berth of the Timber Basin by one. No pane was broken.

    Dues were 342 crowns. The clerk counted it twice, because it was the largest sum ever to lie in the brass tray
    at one time, and the cat was sent out.

    Signed at noon in a boat, Ilse Marrandt, harbour master.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Rule 13. Of things found in the water

    What is found floating inside the Maiden belongs to the one who lost it, for a year and a day, and after that to
    the one who found it. What is found on the bottom belongs to the port, because the port must pay for the diver.

    The finder brings it to the Lantern House, or says where it is if it is too large to bring. The clerk enters it
    in the Quay Book with its length and its smell, and ties a brown ticket to it. Brown is for found and blue is
    for paid, and people who mix them up have sailed with the wrong anchor.

    Timber adrift is dangerous and is reported on channel 14 before anything else is done. The tug Bramble takes it
    in tow. A log that has no mark is sold to the joiner, and the money goes to the widows' box beside the brass
    tray. A cask is opened by the deputy before witnesses, never by the finder alone, for reasons which the older
    people in the town remember.

    Bottles with letters in them are read by the harbour master, who answers each. There have been thirty-one in her
    time. Most of them were from children. One was from a man on the Kell bank who had been waiting since morning
    for two green lamps and wanted us to know that the amber ones, one above the other, looked very fine in the
    snow.
    """,
    """
    # Asked at the Lantern House, third sheet

    The schools have had their visit, and the children's questions were better than the skippers'. The clerk has
    hung the best of them beside the older sheets, with the answers that were given.

    Question: Who owns the sea? Answer: Nobody. The port begins at the Maiden, and everything outside her belongs to
    the weather.

    Question: What does the Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the
    other, so that a ship far out can count them even when she is rolling.

    Question: Why are they amber and not red? Answer: Because red is for the left side of ships and for the Maiden,
    and one thing should mean one thing.

    Question: Does the harbour master sleep in the tower? Answer: In a gale she does, on the bench under the
    barometer. At other times Joren Haake has the night, and she sleeps in a bed like you.

    Question: What is the oldest thing in the port? Answer: The Sill. The oldest thing that moves is Uncle, the
    engineer of the tug Bramble.

    Question: Is the Quay Book ever finished? Answer: A volume is, each year or so. Then it goes on the shelf round
    the stair, and the next begins with the wind.

    Question: May I be a pilot? Answer: If you can row, swim, keep silent and get up in the dark. Come back when you
    are sixteen, and we shall look for a small white jersey.
    """,
  ]
}
