print("symbology")
