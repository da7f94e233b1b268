/// Things that a small model knows, and requests that it can follow: each with the right continuation and others.
enum AbilityItems {
  struct Item {
    let prompt: String
    /// The right one first.
    let answers: [String]

    init(_ prompt: String, _ answers: String...) {
      self.prompt = prompt
      self.answers = answers
    }
  }

  /// Read as plain text, answered with a space in front.
  static let facts = [
    Item("The capital of France is", "Paris", "London", "Berlin", "Madrid"),
    Item("The capital of Italy is", "Rome", "Paris", "Vienna", "Athens"),
    Item("The capital of Japan is", "Tokyo", "Beijing", "Seoul", "Delhi"),
    Item("The capital of Germany is", "Berlin", "Rome", "Paris", "Madrid"),
    Item("The capital of Russia is", "Moscow", "Rome", "Cairo", "Oslo"),
    Item("The largest planet in the solar system is", "Jupiter", "Mars", "Venus", "Mercury"),
    Item("The planet closest to the Sun is", "Mercury", "Saturn", "Neptune", "Jupiter"),
    Item("Water freezes at zero degrees", "Celsius", "Fahrenheit", "Kelvin", "north"),
    Item("The opposite of hot is", "cold", "warm", "tall", "fast"),
    Item("The opposite of up is", "down", "left", "over", "high"),
    Item("The opposite of day is", "night", "week", "noon", "sun"),
    Item("The opposite of black is", "white", "green", "small", "dark"),
    Item("A baby dog is called a", "puppy", "kitten", "calf", "lamb"),
    Item("A baby cat is called a", "kitten", "puppy", "foal", "chick"),
    Item("The animal that says meow is the", "cat", "dog", "cow", "duck"),
    Item("Bees make", "honey", "milk", "bread", "wool"),
    Item("Cows give us", "milk", "honey", "eggs", "silk"),
    Item("Hens lay", "eggs", "bricks", "milk", "roads"),
    Item("Monday, Tuesday, Wednesday,", "Thursday", "Sunday", "Friday", "Monday"),
    Item("January, February, March,", "April", "June", "July", "May"),
    Item("One, two, three, four,", "five", "seven", "nine", "two"),
    Item("2 + 2 =", "4", "5", "3", "6"),
    Item("There are seven days in a", "week", "month", "year", "minute"),
    Item("There are twelve months in a", "year", "week", "day", "month"),
    Item("There are sixty minutes in an", "hour", "age", "evening", "inch"),
    Item("People read with their", "eyes", "ears", "knees", "feet"),
    Item("People hear with their", "ears", "eyes", "hands", "elbows"),
    Item("The colour of grass is", "green", "red", "blue", "purple"),
    Item("The colour of snow is", "white", "black", "green", "orange"),
    Item("On a clear day the sky is", "blue", "green", "brown", "red"),
    Item("Romeo and Juliet was written by William", "Shakespeare", "Newton", "Darwin", "Lincoln"),
    Item("The theory of evolution was proposed by Charles", "Darwin", "Dickens", "Einstein", "Chaplin"),
    Item("The theory of relativity was developed by Albert", "Einstein", "Newton", "Darwin", "Galileo"),
    Item("The first president of the United States was George", "Washington", "Lincoln", "Bush", "Orwell"),
    Item("The chemical formula of water is H", "2O", "3P", "7K", "9Z"),
    Item("Plants need sunlight, air and", "water", "money", "sand", "paint"),
    Item("The Great Wall is in", "China", "Brazil", "Norway", "Kenya"),
    Item("The pyramids of Giza are in", "Egypt", "Canada", "Japan", "Peru"),
    Item("The Amazon rainforest is mostly in", "Brazil", "Spain", "Egypt", "Iran"),
    Item("The Eiffel Tower is in", "Paris", "Rome", "London", "Tokyo"),
  ]

  /// Asked as a chat, answered from its first word on.
  static let instructions = [
    Item("Answer with one word: is fire hot? Yes or no?", "Yes", "Seven", "Blue", "Table"),
    Item("Answer with one word: is ice hot? Yes or no?", "No", "Monday", "Green", "Horse"),
    Item("Repeat this word: harbour", "harbour", "window", "garden", "pencil"),
    Item("Repeat this word: lantern", "lantern", "river", "carpet", "engine"),
    Item("Repeat this word: violet", "violet", "stone", "market", "button"),
    Item("Say hello.", "Hello", "Goodbye", "Seven", "Because"),
    Item("Which is a colour: red, table or run?", "Red", "Table", "Run", "Word"),
    Item("Which is an animal: horse, spoon or cloud?", "Horse", "Spoon", "Cloud", "Paper"),
    Item("Which is a fruit: apple, hammer or shoe?", "Apple", "Hammer", "Shoe", "Road"),
    Item("Which is a number: seven, green or chair?", "Seven", "Green", "Chair", "Lake"),
    Item("Translate to French: cat", "chat", "Haus", "perro", "agua"),
    Item("Translate to Spanish: house", "casa", "Baum", "chien", "fish"),
    Item("What is 1 + 1? Answer with a number.", "2", "7", "9", "5"),
    Item("What is 3 + 2? Answer with a number.", "5", "8", "1", "0"),
    Item("Name the day after Monday.", "Tuesday", "Sunday", "April", "Winter"),
    Item("Name the month after May.", "June", "March", "Friday", "Spring"),
    Item("Finish the sentence with one word: The sun rises in the", "east", "table", "soup", "pencil"),
    Item("Finish the sentence with one word: Fish live in", "water", "chairs", "letters", "clocks"),
    Item("Give one word that means the same as big.", "Large", "Tiny", "Green", "Slow"),
    Item("Give one word that means the opposite of old.", "Young", "Ancient", "Heavy", "Loud"),
    Item("Write the plural of mouse.", "Mice", "Dogs", "Runs", "Blue"),
    Item("Write the past tense of go.", "Went", "Cats", "Blue", "Nine"),
    Item("Spell the word cat in capital letters.", "CAT", "DOG", "cup", "TEN"),
    Item("Answer with one word: what do we use to write?", "Pen", "Soup", "River", "Cloud"),
  ]
}
